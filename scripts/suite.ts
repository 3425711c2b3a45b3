import { dirname, join } from "node:path";
import { startVitest, type TestModule } from "vitest/node";
import { root } from "./processes.ts";
import type { Tally } from "./tally.ts";

const statesOf = (module: TestModule): string[] => [...module.children.allTests()].map((test) => test.result().state);

/** A module can fail without any of its tests: it cannot be loaded, or what opens and closes around its tests fails. */
function failsBesideItsTests(module: TestModule): boolean {
  return module.state() === "failed" && !statesOf(module).includes("failed");
}

/** Read anew: what was assigned above may have been replaced meanwhile. */
const exitCode = (): unknown => process.exitCode;

/** Runs the tests of a vitest configuration, with the reporters that it names, and counts them; `files` are parts of their paths. */
export async function runSuite(config: string, files: string[] = []): Promise<Tally> {
  const path = join(root, config);
  const vitest = await startVitest("test", files, { root: dirname(path), config: path, watch: false });
  const modules = vitest.state.getTestModules();
  if (modules.length === 0) throw new Error(`${config} names no tests.`);
  const states = modules.flatMap(statesOf);
  const beyondTests = vitest.state.getUnhandledErrors().length + modules.filter(failsBesideItsTests).length;
  process.exitCode = 0;
  await vitest.close();
  // What the set-up of the whole run fails to take down is told by the exit code alone.
  const teardown = exitCode() === 0 ? 0 : 1;
  const count = (state: string) => states.filter((each) => each === state).length;
  return {
    passed: count("passed"),
    failed: count("failed") + beyondTests + teardown,
    skipped: count("skipped") + count("pending"),
  };
}
