/** How many tests passed and were not run, and what each one that failed has to say. */
export interface Tally {
  readonly passed: number;
  readonly skipped: number;
  /** The name of what failed, and below it why. */
  readonly failures: readonly string[];
}

export const nothing: Tally = { passed: 0, skipped: 0, failures: [] };

export function sum(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
  };
}

/** `12 passed, 0 failed`, the last line of a run; skipped tests are named only when there are some. */
export function tallyLine({ passed, skipped, failures }: Tally): string {
  return `${skipped === 0 ? "" : `${skipped} skipped, `}${passed} passed, ${failures.length} failed`;
}

/** Prints the end of a run, what failed once more, since the end is what is read and kept, and sets the exit code. */
export function conclude(tally: Tally): void {
  for (const failure of tally.failures) console.error(`\nFAILED ${failure}`);
  console.log(`\n${tallyLine(tally)}`);
  process.exitCode = tally.failures.length === 0 ? 0 : 1;
}
