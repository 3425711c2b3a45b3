import { startVitest } from "vitest/node";
import { root } from "./processes.ts";
import type { Tally } from "./tally.ts";

/** Runs the tests of a vitest configuration, with the reporters that it names, and counts them. */
export async function runSuite(config: string): Promise<Tally> {
  const vitest = await startVitest("test", [], { root, config, watch: false });
  const states = vitest.state.getTestModules().flatMap((module) => [
    // A module that cannot be loaded has no tests to fail.
    ...(module.state() === "failed" && module.children.size === 0 ? ["failed"] : []),
    ...[...module.children.allTests()].map((test) => test.result().state),
  ]);
  const beyondTests = vitest.state.getUnhandledErrors().length;
  await vitest.close();
  const count = (state: string) => states.filter((each) => each === state).length;
  return { passed: count("passed"), failed: count("failed") + beyondTests, skipped: count("skipped") + count("pending") };
}
