import { type Explanation, explain } from "@praetor/secrets/sets";
import { secretsContract } from "@praetor/topology";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { contractFor } from "../secrets/input.ts";

/** `praetor secrets explain` */
export const run = explained(async (terminal, given) => {
  const contract = given.options["--contract"] === undefined ? secretsContract("praetor") : contractFor(given);
  const [name = ""] = given.operands;
  const explanations = explain(contract, name);
  if (explanations.length === 0) {
    const keys = [...new Set(contract.entries.map(({ key }) => key))].toSorted();
    throw new CommandError(`The contract ${contract.name} has no key ${name}.`, `It has: ${keys.join(", ")}.`);
  }
  terminal.out(
    given.flags.has("--json") ? JSON.stringify({ keys: explanations }, undefined, 2) : explanations.map(report).join("\n\n"),
  );
  return "success";
});

function report({ object, key, purpose, optional, encoding, example, readers, symptom }: Explanation): string {
  return [
    `${object}/${key}`,
    `  is ${purpose}.${optional ? " It may be empty." : ""}`,
    `  ${encoding}`,
    `  Example: ${example}`,
    ...readers.map(({ name, outage }) => `  Without it, for ${name}: ${outage}.`),
    `  ${symptom}`,
  ].join("\n");
}
