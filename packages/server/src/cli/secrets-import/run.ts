import { writeFile } from "node:fs/promises";
import { factsDocument, importFacts } from "@praetor/secrets/sets";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor } from "../secrets/input.ts";
import { pathIn, setGiven } from "../secrets/place.ts";
import { findingsReport } from "../secrets-check/report.ts";

/** `praetor secrets import` */
export const run = explained(async (terminal, given) => {
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
  const out = given.options["--out"];
  if (out === undefined) terminal.out(factsDocument(facts).trimEnd());
  else await writeFile(pathIn(terminal, out), factsDocument(facts), { flag: "wx" });
  return "success";
});
