import type { Random } from "../../platform/random.ts";

const DEFAULT_FACTOR = 0.3;

/** The shortest and the longest delay that `clampedPoisson` gives. */
export function poissonBounds(average: number, factor: number = DEFAULT_FACTOR): { lower: number; upper: number } {
  const k = 1 + factor;
  // The lower bound takes as much from the distribution as the upper one, so that the average stays where it is.
  const lower = k >= 50 ? 0 : Math.max(0, average * Math.log2(2 ** k / (2 ** k - 1)));
  return { lower, upper: average * k };
}

/**
 * Seconds until the next event of a Poisson process with this average distance, never longer than
 * `average * (1 + factor)`; 0 for an average of 0. Many waiters spread, and none waits out of proportion.
 */
export function clampedPoisson(average: number, random: Random, factor: number = DEFAULT_FACTOR): number {
  if (average <= 0) return 0;
  const { lower, upper } = poissonBounds(average, factor);
  const [from, to] = [shareBelow(lower, average), shareBelow(upper, average)];
  const drawn = from + random() * (to - from);
  return -Math.log(Math.max(1 - drawn, 1e-10)) * average;
}

function shareBelow(delay: number, average: number): number {
  return 1 - Math.exp(-delay / average);
}

/** Whole seconds left, half a second rounding down; 0 or less when it is time. */
export function wholeSeconds(seconds: number): number {
  return Math.ceil(seconds - 0.5);
}
