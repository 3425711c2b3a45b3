import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Call } from "./call.ts";
import { type Difference, signatureOf } from "./compare.ts";

/** Keeps a sequence that shows a difference, for `npm test` to play. */
export function keep(difference: Difference, sequence: readonly Call[]): void {
  const name = signatureOf(difference)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 100);
  const file = join(import.meta.dirname, "fixtures", `${name.replaceAll(/^-|-$/g, "")}.json`);
  writeFileSync(file, `${JSON.stringify(sequence, null, 1)}\n`);
}
