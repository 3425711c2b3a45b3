import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { deriveSet, type SecretSet } from "@praetor/secrets/sets";
import type { ContractName } from "@praetor/topology";
import { examineSet, findingsOf, reportJson, reportJunit, reportText } from "../../platform/doctor/index.ts";
import type { Given } from "../definition.ts";
import { endpointsFor } from "../secrets/endpoints.ts";
import { failingSeverities, outcomeOf } from "../secrets/fail-on.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor, statedFor } from "../secrets/input.ts";
import { placeGiven, setGiven } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor secrets doctor` */
export const run = explained(async (terminal, given) => {
  if (given.flags.has("--in-cluster")) return (await import("./in-cluster.ts")).examineInCluster(terminal, given);
  const failing = failingSeverities(given);
  const endpoints = endpointsFor(terminal, given);
  const { set, contract } = await examined(terminal, given);
  const report = await examineSet(set, { contract, endpoints });
  const junit = given.options["--junit"];
  if (junit !== undefined) writeFileSync(resolve(terminal.folder, junit), reportJunit(report));
  terminal.out(given.flags.has("--json") ? reportJson(report) : reportText(report));
  return outcomeOf(findingsOf(report), failing);
});

async function examined(terminal: Terminal, given: Given): Promise<{ set: SecretSet; contract: ContractName }> {
  if (placeGiven(terminal, given) !== undefined) {
    const set = await setGiven(terminal, given);
    return { set, contract: contractFor(given, set).name };
  }
  const { facts, passwords } = await statedFor(terminal, given);
  const contract = given.options["--contract"] === undefined ? facts.contract : contractFor(given).name;
  return { set: deriveSet(facts, passwords), contract };
}
