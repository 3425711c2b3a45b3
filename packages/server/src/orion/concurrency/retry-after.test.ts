import { assert, double, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { poissonBounds } from "../states/delay.ts";
import type { AskedLimit } from "./queries.ts";
import { holdSeconds, retryAfter } from "./retry-after.ts";

const WAITS = { tag: 10, other: 30 };

const limit = (change: Partial<AskedLimit>): AskedLimit => ({
  id: "11111111-1111-4111-8111-111111111111",
  name: "database",
  limit: 1,
  active: true,
  slot_decay_per_second: 0,
  avg_slot_occupancy_seconds: 2,
  denied_slots: 0,
  denied_seconds: 0,
  acquired: false,
  room_in: null,
  ...change,
});

describe("a refusal asks to wait about", () => {
  it.each([
    { what: "an average occupancy of the whole limit", limits: [limit({})], slots: 1, average: 2 },
    { what: "its share of it", limits: [limit({ limit: 4 })], slots: 2, average: 1 },
    { what: "no longer than the longest wait", limits: [limit({ avg_slot_occupancy_seconds: 600 })], slots: 1, average: 30 },
    {
      what: "no longer than a tag's",
      limits: [limit({ name: "tag:x", avg_slot_occupancy_seconds: 600 })],
      slots: 1,
      average: 10,
    },
    {
      what: "the time that slots take to decay",
      limits: [limit({ limit: 9, slot_decay_per_second: 0.5 })],
      slots: 3,
      average: 6,
    },
    { what: "longer where others were denied", limits: [limit({ limit: 10, denied_slots: 4 })], slots: 1, average: 1 },
    {
      what: "less so when that was long ago",
      limits: [limit({ limit: 10, denied_slots: 4, denied_seconds: 6 })],
      slots: 1,
      average: 0.4,
    },
    {
      what: "what the most crowded limit lets expect",
      limits: [limit({ limit: 10 }), limit({ limit: 2 }), limit({ limit: 1, active: false })],
      slots: 1,
      average: 1,
    },
  ])("$what", ({ limits, slots, average }) => {
    const { lower, upper } = poissonBounds(average);
    expect(retryAfter(limits, slots, WAITS, () => 0)).toBeCloseTo(lower, 9);
    expect(retryAfter(limits, slots, WAITS, () => 1)).toBeCloseTo(upper, 9);
  });

  it("a time that is never negative nor out of bounds", () => {
    const cases = record({
      limit: integer({ min: 1, max: 1000 }),
      avg_slot_occupancy_seconds: double({ min: 0, max: 1e6, noNaN: true }),
      denied_slots: double({ min: 0, max: 1e6, noNaN: true }),
      denied_seconds: double({ min: 0, max: 1e6, noNaN: true }),
    });
    const draw = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    assert(
      property(cases, integer({ min: 1, max: 1000 }), draw, (change, slots, drawn) => {
        const seconds = retryAfter([limit(change)], slots, WAITS, () => drawn);
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(30 * 1.3 + 1e-9);
      }),
    );
  });
});

describe("a crowd that finds no slot", () => {
  const heldAt = (longest: number, moment: number) => holdSeconds(longest, () => moment);

  it("is held for half of the longest time at least, and goes bit by bit over the other half", () => {
    expect([0, 0.25, 0.5, 1].map((moment) => heldAt(10, moment))).toEqual([5, 6.25, 7.5, 10]);
  });

  it("is not held where nobody is", () => {
    expect(heldAt(0, 0.9)).toBe(0);
  });
});
