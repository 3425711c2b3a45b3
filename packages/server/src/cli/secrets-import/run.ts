import { writeFile } from "node:fs/promises";
import { factsDocument, type FactsInput, importFacts, type ImportedValues, importValues } from "@praetor/secrets/sets";
import type { Given } from "../definition.ts";
import { CommandError, type Outcome } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor, readText } from "../secrets/input.ts";
import { pathIn, placeGiven, setGiven } from "../secrets/place.ts";
import { findingsReport } from "../secrets-check/report.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor secrets import` */
export const run = explained(async (terminal, given) => {
  const values = valuesGiven(terminal, given);
  if (values !== undefined) return fromValues(terminal, given, values);
  const set = await setGiven(terminal, given);
  const contract = contractFor(given, set);
  const { facts, repairs } = importFacts(set, contract);
  if (given.flags.has("--json")) {
    terminal.out(JSON.stringify({ facts: facts ?? null, repairs }, undefined, 2));
    return facts === undefined ? "failure" : "success";
  }
  terminal.error(findingsReport(repairs, set, contract));
  if (facts === undefined)
    throw new CommandError("No key names a database's host, so there are no facts.", "Start with `praetor secrets init`.");
  return write(terminal, given, facts);
});

/** One file with the values of a chart that state facts; values that hold whole Secrets are a set like any other. */
function valuesGiven(terminal: Terminal, given: Given): ImportedValues | undefined {
  const place = placeGiven(terminal, given);
  const [path, ...more] = place?.kind === "files" ? place.paths : [];
  if (path === undefined || more.length > 0 || !/\.(ya?ml|json)$/.test(path)) return undefined;
  const text = readText(path, "Check the name and who may read it.");
  const values = importValues(text);
  return values?.facts === undefined && /^appSecrets:\s*$/m.test(text) ? undefined : values;
}

async function fromValues(terminal: Terminal, given: Given, { facts, variables }: ImportedValues): Promise<Outcome> {
  if (given.flags.has("--json")) {
    terminal.out(JSON.stringify({ facts: facts ?? null, repairs: [], variables }, undefined, 2));
    return facts === undefined ? "failure" : "success";
  }
  if (facts === undefined) {
    const remedy = "Import the Secrets of the installation: `praetor secrets import --from cluster`.";
    throw new CommandError("The values name no database's host, so there are no facts.", remedy);
  }
  for (const { name, from } of variables) terminal.error(`Set ${name} for later commands, from ${from}.`);
  return write(terminal, given, facts);
}

async function write(terminal: Terminal, given: Given, facts: FactsInput): Promise<Outcome> {
  const out = given.options["--out"];
  if (out === undefined) terminal.out(factsDocument(facts).trimEnd());
  else await writeFile(pathIn(terminal, out), factsDocument(facts), { flag: "wx" });
  return "success";
}
