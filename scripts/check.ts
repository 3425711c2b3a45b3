/** `npm run check`: types, lint, format, arrows and migrations, side by side. Prints what a check that failed has to say. */
import { run } from "./processes.ts";
import { type Tally, tallyLine } from "./tally.ts";

const checks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types", "tsc", "--project", "."],
  ["lint", "oxlint", "--type-aware", "--quiet", "."],
  ["format", "biome", "format", "."],
  ["arrows", process.execPath, "scripts/arrows.ts"],
  ["migrations", process.execPath, "scripts/migrations.ts"],
];

/** Runs every check; each counts as one test. */
export async function check(): Promise<Tally> {
  const results = await Promise.all(
    checks.map(async ([name, command, ...args]) => {
      const { succeeded, output, seconds } = await run(command, args);
      console.log(`${succeeded ? "passed" : "FAILED"}  ${name.padEnd(10)}  ${seconds.toFixed(1)} s`);
      if (succeeded) return [];
      console.error(output.trimEnd());
      return [`check ${name}\n${output.trimEnd()}`];
    }),
  );
  const failures = results.flat();
  return { passed: checks.length - failures.length, skipped: 0, failures };
}

if (import.meta.main) {
  const tally = await check();
  console.log(tallyLine(tally));
  process.exitCode = tally.failures.length === 0 ? 0 : 1;
}
