/**
 * `npm run model-check -- [--traces 100000] [--seed 1]`: random traces of several clients at once, held against a small
 * reference model (packages/server/test/model). The tests take a sample of them; this takes as many as it is told. A fault
 * is shrunk to the smallest trace that still shows it, and printed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./processes.ts";

const { values } = parseArgs({
  options: { traces: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
for (const [name, value] of Object.entries(values)) {
  if (!/^\d+$/.test(value)) throw new Error(`--${name} takes a whole number, not ${value}.`);
}

const { status } = spawnSync(join(root, "node_modules/.bin/vitest"), ["run", "packages/server/test/model"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, MODEL_TRACES: values.traces, MODEL_SEED: values.seed },
});
process.exitCode = status ?? 1;
