import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { deriveSet, type SecretSet } from "@praetor/secrets/sets";
import type { ContractName } from "@praetor/topology";
import { parse, YAMLError } from "yaml";
import {
  type Endpoints,
  EndpointsError,
  endpointsFrom,
  examineSet,
  exitCodeOf,
  noEndpoints,
  reportJson,
  reportJunit,
  reportText,
} from "../../platform/doctor/index.ts";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor, readText, statedFor } from "../secrets/input.ts";
import { placeGiven, setGiven } from "../secrets/place.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor secrets doctor` */
export const run = explained(async (terminal, given) => {
  const endpoints = endpointsFor(terminal, given);
  const { set, contract } = await examined(terminal, given);
  const report = await examineSet(set, { contract, endpoints });
  const junit = given.options["--junit"];
  if (junit !== undefined) writeFileSync(resolve(terminal.folder, junit), reportJunit(report));
  terminal.out(given.flags.has("--json") ? reportJson(report) : reportText(report));
  return exitCodeOf(report) === 0 ? "success" : "findings";
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

function endpointsFor(terminal: Terminal, given: Given): Endpoints {
  const path = given.options["--endpoints"];
  if (path === undefined) return noEndpoints;
  const text = readText(resolve(terminal.folder, path), "Name a file with redis, mail and authProvider.");
  try {
    return endpointsFrom(parse(text));
  } catch (error) {
    if (error instanceof EndpointsError) throw new CommandError(`${path}: ${error.problems.join("; ")}.`);
    if (error instanceof YAMLError) throw new CommandError(`${path} is no YAML, line ${error.linePos?.[0].line ?? 1}.`);
    throw error;
  }
}
