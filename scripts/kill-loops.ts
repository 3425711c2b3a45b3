/**
 * `npm run loops:kill -- [--kills 100] [--seed 20261129]`: two replicas of every loop, and each loop in turn killed so often at
 * random statements; then it is looked whether all work was done, once. The tests kill all loops together a few times.
 */
import { parseArgs } from "node:util";
import { runSuite } from "./suite.ts";
import { conclude, type Tally } from "./tally.ts";

/** @throws Error when a test's module cannot be loaded */
export function killLoops(kills: string, seed: string): Promise<Tally> {
  process.env["LOOP_KILLS"] = kills;
  process.env["LOOP_SEED"] = seed;
  return runSuite("vitest.config.ts", ["packages/server/test/loops/kills"]);
}

/** How often, in a night. */
export const NIGHTLY_KILLS = "100";

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: "string", default: NIGHTLY_KILLS }, seed: { type: "string", default: "20261129" } },
  });
  for (const [name, value] of Object.entries(values)) {
    if (!/^\d+$/.test(value)) throw new Error(`--${name} takes a whole number, not ${value}.`);
  }
  conclude(await killLoops(values.kills, values.seed));
  process.exit();
}
