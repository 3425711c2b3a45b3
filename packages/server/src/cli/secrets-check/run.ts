import { check, expectationOf, type Finding, type SecretSet } from "@praetor/secrets/sets";
import { type Contract, secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { failingSeverities, outcomeOf } from "../secrets/fail-on.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor, statedFor } from "../secrets/input.ts";
import { setGiven } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";
import { findingsReport } from "./report.ts";

/** `praetor secrets check` */
export const run = explained(async (terminal, given) => {
  const failing = failingSeverities(given);
  const set = await setGiven(terminal, given);
  const { findings, contract } = await judge(terminal, given, set);
  if (given.flags.has("--json")) terminal.out(JSON.stringify({ findings }, undefined, 2));
  else terminal.out(findingsReport(findings, set, contract));
  return outcomeOf(findings, failing);
});

async function judge(terminal: Terminal, given: Given, set: SecretSet): Promise<{ findings: Finding[]; contract: Contract }> {
  if (given.options["--facts"] === undefined) {
    const contract = contractFor(given, set);
    return { findings: check(set, contract), contract };
  }
  const { facts, passwords } = await statedFor(terminal, given, set);
  const contract = given.options["--contract"] === undefined ? secretsContract(facts.contract) : contractFor(given, set);
  return { findings: check(set, contract, expectationOf(facts, passwords)), contract };
}
