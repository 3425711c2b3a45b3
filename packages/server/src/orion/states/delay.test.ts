import * as fc from "fast-check";
import { expect, test } from "vitest";
import { clampedPoisson, poissonBounds, wholeSeconds } from "./delay.ts";

const average = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const factor = fc.double({ min: 0.01, max: 60, noNaN: true });
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test("a clamped delay stays within its bounds", () => {
  fc.assert(
    fc.property(average, factor, share, (mean, spread, random) => {
      const { lower, upper } = poissonBounds(mean, spread);
      const delay = clampedPoisson(mean, () => random, spread);
      expect(delay).toBeGreaterThanOrEqual(lower - mean * 1e-9);
      expect(delay).toBeLessThanOrEqual(upper + mean * 1e-9);
    }),
  );
});

test("a clamped delay grows with the random number", () => {
  fc.assert(
    fc.property(average, fc.tuple(share, share), (mean, pair) => {
      const [low, high] = [Math.min(...pair), Math.max(...pair)];
      expect(clampedPoisson(mean, () => low)).toBeLessThanOrEqual(clampedPoisson(mean, () => high));
    }),
  );
});

test.each([0.05, 0.3, 1, 3])("clamping by %d leaves the average about where it was", (spread) => {
  const draws = Array.from({ length: 1000 }, (_, index) => clampedPoisson(10, () => (index + 0.5) / 1000, spread));
  const mean = draws.reduce((sum, delay) => sum + delay, 0) / draws.length;
  expect(Math.abs(mean - 10)).toBeLessThan(0.6);
});

test.each([0, -1])("an average of %d gives no delay", (mean) => {
  expect(clampedPoisson(mean, () => 0.9)).toBe(0);
});

test("whole seconds are the nearest, the half going down", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 999_999 }), (whole, fraction) => {
      expect(wholeSeconds(whole + fraction / 1e6)).toBeCloseTo(whole + (fraction > 500_000 ? 1 : 0), 9);
    }),
  );
});
