import { writeFile } from "node:fs/promises";
import { askFacts, factsDocument, factsFrom, type FactsInput, readFactsInput } from "@praetor/secrets/sets";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { readText } from "../secrets/input.ts";
import { pathIn } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor secrets init` */
export const run = explained(async (terminal, given) => {
  const out = pathIn(terminal, given.options["--out"] ?? "secrets.yaml");
  const input = await inputFor(terminal, given);
  // Read as a command would read it: what is wrong is said now, not later.
  factsFrom(input);
  try {
    await writeFile(out, factsDocument(input), { flag: given.flags.has("--force") ? "w" : "wx" });
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (exists)
      throw new CommandError(`${out} is there already.`, "Edit it, replace it with --force, or name another file with --out.");
    throw error;
  }
  terminal.out(`Wrote ${out}. Next: praetor secrets plan`);
  return "success";
});

async function inputFor(terminal: Terminal, given: Given): Promise<FactsInput> {
  const from = given.options["--from"];
  if (from !== undefined) return readFactsInput(readText(pathIn(terminal, from), "Name a file of facts."));
  const { "--database-host": host, "--super-password": password } = given.options;
  if (host !== undefined && password !== undefined) return inputFrom(given, host, password);
  if (!terminal.interactive.out || !process.stdin.isTTY) {
    const missing = [host === undefined ? "--database-host" : "", password === undefined ? "--super-password" : ""].filter(
      Boolean,
    );
    throw new CommandError(
      `${missing.join(" and ")} must be given where nobody can be asked.`,
      "Or run it on a terminal.",
      "usage",
    );
  }
  const answers = await askFacts();
  if (answers === undefined) throw new CommandError("Stopped; nothing was written.");
  return answers;
}

function inputFrom({ options }: Given, host: string, superPassword: string): FactsInput {
  const port = options["--database-port"];
  const replica = options["--replica-host"];
  const [redis, mail] = [options["--redis-password"], options["--mail-password"]];
  return {
    contract: options["--contract"] === "seed" ? "seed" : "praetor",
    database: {
      host,
      port: port === undefined ? 5432 : Number(port),
      ...(replica !== undefined && { replica: { host: replica } }),
    },
    serviceUser: { name: options["--service-user"] ?? "prefect", password: options["--service-password"] ?? "generate" },
    superUser: { name: options["--super-user"] ?? "postgres", password: superPassword },
    ...(redis !== undefined && { redis: { password: redis } }),
    ...(mail !== undefined && { mail: { password: mail } }),
  };
}
