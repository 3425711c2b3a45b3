/**
 * `npm run conformance:nightly`: the scenarios that keep several processes of the client busy for minutes, against a guarded server
 * too. `npm test` plays them against a plain one.
 */
import { runSuite } from "./suite.ts";
import { conclude } from "./tally.ts";

process.env["CONFORMANCE_NIGHTLY"] = "true";
conclude(await runSuite("conformance/vitest.config.ts", ["scenarios/pools", "scenarios/workers", "scenarios/background"]));
process.exit();
