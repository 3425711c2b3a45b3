/**
 * `npm run conformance:nightly`: the scenarios that keep several processes of the client busy for minutes, against a guarded server
 * too, which `npm test` plays against a plain one; and each loop killed a hundred times (`npm run loops:kill`), tonight's own way.
 */
import { killLoops, NIGHTLY_KILLS } from "./kill-loops.ts";
import { runSuite } from "./suite.ts";
import { conclude, sum } from "./tally.ts";

process.env["CONFORMANCE_NIGHTLY"] = "true";
const played = await runSuite("conformance/vitest.config.ts", [
  "scenarios/pools",
  "scenarios/workers",
  "scenarios/evictions",
  "scenarios/background",
]);
const seed = new Date().toISOString().slice(0, 10).replaceAll("-", "");
conclude(sum(played, await killLoops(NIGHTLY_KILLS, seed)));
process.exit();
