import { check, type Explanation, explain, type Finding, type KeyStatus, keyStatusOf } from "@praetor/secrets/sets";
import { type Contract, secretsContract } from "@praetor/topology";
import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor } from "../secrets/input.ts";
import { setGiven } from "../secrets/place.ts";
import { readerText, workloadsGiven } from "../secrets/workloads.ts";
import type { Terminal } from "../terminal.ts";

/** `praetor secrets explain` */
export const run = explained(async (terminal, given) => {
  const contract = given.options["--contract"] === undefined ? secretsContract("praetor") : contractFor(given);
  const [name = ""] = given.operands;
  const explanations = explain(contract, name);
  if (explanations.length === 0) {
    const keys = [...new Set(contract.entries.map(({ key }) => key))].toSorted();
    throw new CommandError(`The contract ${contract.name} has no key ${name}.`, `It has: ${keys.join(", ")}.`);
  }
  const states = await statesOf(terminal, given, contract);
  const keys = explanations.map((each) => ({ ...each, ...states.get(`${each.object}/${each.key}`) }));
  terminal.out(given.flags.has("--json") ? JSON.stringify({ keys }, undefined, 2) : keys.map(report).join("\n\n"));
  return "success";
});

/** How a key is where `--from` says. */
interface State {
  readonly value: KeyStatus["value"];
  readonly workloads: KeyStatus["workloads"];
  readonly findings: readonly Finding[];
}

async function statesOf(terminal: Terminal, given: Given, contract: Contract): Promise<ReadonlyMap<string, State>> {
  if (given.options["--from"] === undefined) return new Map();
  const there: Given = { ...given, operands: [] };
  const set = await setGiven(terminal, there);
  const findings = check(set, contract);
  const keys = keyStatusOf(set, contract, await workloadsGiven(terminal, there));
  return new Map(
    keys.map(({ object, key, value, workloads }) => [
      `${object}/${key}`,
      { value, workloads, findings: findings.filter((each) => each.object === object && each.key === key) },
    ]),
  );
}

function report(explanation: Explanation & Partial<State>): string {
  const { object, key, purpose, optional, encoding, example, readers, symptom } = explanation;
  return [
    `${object}/${key}`,
    `  is ${purpose}.${optional ? " It may be empty." : ""}`,
    `  ${encoding}`,
    `  Example: ${example}`,
    ...readers.map(({ name, outage }) => `  Without it, for ${name}: ${outage}.`),
    `  ${symptom}`,
    ...stateLines(explanation),
  ].join("\n");
}

function stateLines({ value, workloads, findings = [] }: Partial<State>): string[] {
  if (value === undefined) return [];
  const who = workloads === undefined ? "" : `, read by ${workloads.map(readerText).join(", ") || "nobody"}`;
  const star = workloads?.some(({ needsRestart }) => needsRestart) ? " (* must be restarted to see a new value)" : "";
  return [`  There it is ${value}${who}${star}.`, ...findings.map(({ message, remedy }) => `  ${message} ${remedy}`)];
}
