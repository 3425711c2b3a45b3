import { type Difference, diffSets } from "@praetor/secrets/sets";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { setFrom } from "../secrets/input.ts";
import { table } from "../table.ts";

/** `praetor secrets diff` */
export const run = explained(async (terminal, given) => {
  const [before, after, ...more] = given.operands;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new CommandError("Two sets can be compared, no fewer and no more.", "Put files that are one set into a folder.");
  }
  const differences = diffSets(setFrom(terminal, [before]), setFrom(terminal, [after]));
  terminal.out(given.flags.has("--json") ? JSON.stringify({ differences }, undefined, 2) : report(differences));
  return differences.length === 0 ? "success" : "findings";
});

function report(differences: readonly Difference[]): string {
  if (differences.length === 0) return "Equal in meaning.";
  return table(
    ["CHANGE", "KEY", "WHAT DIFFERS"],
    differences.map(({ change, object, key, parts }) => [change, `${object}/${key}`, parts.join(", ")]),
  );
}
