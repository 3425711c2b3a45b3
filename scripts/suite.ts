import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { type SerializedError, startVitest, type TestCase, type TestModule } from "vitest/node";
import { root } from "./processes.ts";
import type { Tally } from "./tally.ts";

const casesOf = (module: TestModule): TestCase[] => [...module.children.allTests()];

/** The lines that tell most: what was expected, and where. */
const told = (errors: readonly SerializedError[] = []): string =>
  errors
    .map(({ message, stacks }) => [message, ...(stacks ?? []).map(({ file, line }) => `  at ${file}:${line}`)].join("\n"))
    .join("\n");

const failuresOfTests = (module: TestModule): string[] =>
  casesOf(module)
    .filter((test) => test.result().state === "failed")
    .map((test) => `${module.moduleId} > ${test.fullName}\n${told(test.result().errors)}`);

/** A module can fail without any of its tests: it cannot be loaded, or what opens and closes around its tests fails. */
function failuresOf(module: TestModule): string[] {
  const ofTests = failuresOfTests(module);
  const besideTests = module.state() === "failed" && ofTests.length === 0;
  return besideTests ? [`${module.moduleId}, beside its tests\n${told(module.errors())}`] : ofTests;
}

/** Read anew: what was assigned above may have been replaced meanwhile. */
const exitCode = (): unknown => process.exitCode;

/** Runs the tests of a vitest configuration, with the reporters that it names, and counts them; `files` are parts of their paths. */
export async function runSuite(config: string, files: string[] = []): Promise<Tally> {
  const path = join(root, config);
  const vitest = await startVitest("test", files, { root: dirname(path), config: path, watch: false });
  const modules = vitest.state.getTestModules();
  if (modules.length === 0) throw new Error(`${config} names no tests.`);
  const states = modules.flatMap(casesOf).map((test) => test.result().state);
  const failures = modules.flatMap(failuresOf);
  failures.push(...vitest.state.getUnhandledErrors().map((error) => `${config}, beside every test\n${inspect(error)}`));
  process.exitCode = 0;
  await vitest.close();
  // What the set-up of the whole run fails to take down is told by the exit code alone.
  if (exitCode() !== 0) failures.push(`${config}, while it was taken down`);
  const count = (state: string) => states.filter((each) => each === state).length;
  return { passed: count("passed"), skipped: count("skipped") + count("pending"), failures };
}
