/** How many tests passed, failed, and were not run. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(one: Tally, other: Tally): Tally {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped };
}

/** `12 passed, 0 failed`, the last line of a run; skipped tests are named only when there are some. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${skipped === 0 ? "" : `${skipped} skipped, `}${passed} passed, ${failed} failed`;
}
