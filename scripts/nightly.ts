/**
 * `npm run conformance:nightly`: the scenarios that keep several processes of the client busy for minutes, against a guarded server
 * too. `npm test` plays them against a plain one.
 */
import { runSuite } from "./suite.ts";
import { tallyLine } from "./tally.ts";

process.env["CONFORMANCE_NIGHTLY"] = "true";
const tally = await runSuite("conformance/vitest.config.ts", ["scenarios/pools", "scenarios/workers", "scenarios/background"]);
console.log(`\n${tallyLine(tally)}`);
process.exit(tally.failed === 0 ? 0 : 1);
