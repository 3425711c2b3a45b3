/**
 * `npm run schemathesis`: lets Schemathesis call every operation of a running Praetor as its own description says, valid
 * and invalid, and fails on a server error, an answer that the description does not know, and the like.
 *
 *   --seconds N   how long (default 300)   --examples N   of each operation (default 20)   --seed S   (default 1)
 */
import { parseArgs } from "node:util";
import { CONFIGURATIONS } from "../harness/configurations.ts";
import { startServer } from "../harness/server.ts";
import { examine } from "./examine.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "300" },
    examples: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
const server = await startServer(CONFIGURATIONS.plain);
try {
  const { seconds, examples, seed } = options;
  const bounds = { seconds: Number(seconds), examples: Number(examples), seed: Number(seed) };
  const { passed, said } = await examine({ api: server.api, ...bounds });
  console.log(said);
  process.exitCode = passed ? 0 : 1;
} finally {
  await server.stop();
}
