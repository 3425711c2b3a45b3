import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { deriveSet, type Facts, factsDocument, factsFrom, formatReference, readFacts } from "@praetor/secrets/sets";
import { examineSet, exitCodeOf, findingsOf, reportText } from "../../platform/doctor/index.ts";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { readText, statedFor } from "../secrets/input.ts";
import { pathIn, shownPath } from "../secrets/place.ts";
import { inputFor } from "../secrets-init/input.ts";
import type { Terminal } from "../terminal.ts";
import { prepareDatabases } from "./databases.ts";
import { deliveryFor } from "./delivery.ts";
import { Progress } from "./progress.ts";
import { findEndpoints, requireRedisPasswords } from "./redis.ts";

/** `praetor secrets up` */
export const run = explained(async (terminal, given) => {
  const asJson = given.flags.has("--json");
  const progress = new Progress(terminal, asJson);
  const delivery = await deliveryFor(terminal, given);
  const facts = await stateFacts(terminal, given, progress);
  const stated = await statedFor(terminal, given, delivery.existing);
  const set = deriveSet(stated.facts, stated.passwords);
  // What was generated is kept first: a role's password that nobody knows would be lost with this process.
  await progress.step("secrets", () => delivery.deliver(set, stated));
  await prepareDatabases({ set, ...stated, setPassword: given.flags.has("--set-password") }, progress);
  const { endpoints, how } = await findEndpoints(terminal, given, facts);
  await progress.step("redis", async () => {
    const required = await requireRedisPasswords(stated.facts, stated.passwords, endpoints);
    return required ?? how;
  });
  const report = await progress.of(
    "doctor",
    () => examineSet(set, { contract: facts.contract, endpoints }),
    ({ results }) => `${results.length} checks`,
  );
  if (asJson)
    terminal.out(
      JSON.stringify({ steps: progress.steps, findings: findingsOf(report), seconds: progress.seconds }, undefined, 2),
    );
  else terminal.out(`\n${reportText(report)}\n\nIn ${progress.seconds.toFixed(1)} s, from the facts to here.`);
  return exitCodeOf(report) === 0 ? "success" : "findings";
});

/** The facts of the file, if it is there; else those of the command line, written to it. */
async function stateFacts(terminal: Terminal, given: Given, progress: Progress): Promise<Facts> {
  const path = pathIn(terminal, given.options["--facts"] ?? "secrets.yaml");
  const { "--database-host": host } = given.options;
  if (!existsSync(path)) {
    const input = await inputFor(terminal, given);
    const facts = factsFrom(input);
    await writeFile(path, factsDocument(input), { flag: "wx" });
    await progress.step("facts", () => `${factsText(facts)}; written to ${shownPath(terminal, path)}`);
    return facts;
  }
  const facts = readFacts(readText(path, "Name a file of facts."));
  if (host !== undefined && host !== facts.databases.orion.primary.host) {
    throw new CommandError(
      `${path} is there already, and names another host.`,
      "Edit it, or name another file with --facts.",
      "usage",
    );
  }
  await progress.step("facts", () => `${factsText(facts)}; as ${shownPath(terminal, path)} says`);
  return facts;
}

function factsText({ databases, users }: Facts): string {
  const { host, port } = databases.orion.primary;
  return `PostgreSQL at ${host}:${port}, ${users.super.name}'s password in ${formatReference(users.super.password)}`;
}
