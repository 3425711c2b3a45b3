import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { distance, nearest } from "./nearest.ts";

test.each([
  ["prot", ["port", "host"], "port"],
  ["api.maximum_body_sise", ["api.maximum_body_size", "api.port"], "api.maximum_body_size"],
  ["zzzzzz", ["port", "host"], undefined],
])("%s is nearest to one of %j", (word, known, found) => {
  expect(nearest(word, known)).toBe(found);
});

test("distance is a metric", () => {
  const word = string({ maxLength: 8 });
  assert(
    property(word, word, word, (a, b, c) => {
      expect(distance(a, a)).toBe(0);
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
      expect(a === b).toBe(distance(a, b) === 0);
    }),
  );
});
