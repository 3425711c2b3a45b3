import { type Difference, diffSets } from "@praetor/secrets/sets";
import { CommandError } from "../exit.ts";
import { explained } from "../secrets/failures.ts";
import { placeOf, setAt } from "../secrets/place.ts";
import { table } from "../table.ts";

/** `praetor secrets diff` */
export const run = explained(async (terminal, given) => {
  const from = given.options["--from"];
  const [before, after, ...more] = from === undefined ? given.operands : [from, ...given.operands];
  if (before === undefined || after === undefined || more.length > 0) {
    throw new CommandError("Two sets can be compared, no fewer and no more.", "Put files that are one set into a folder.");
  }
  const read = (text: string) => setAt(terminal, placeOf(terminal, given, text));
  const differences = diffSets(...(await Promise.all([read(before), read(after)])));
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
