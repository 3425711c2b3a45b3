import { expect, test } from "vitest";
import { storable, storableJson } from "./storable.ts";

test.each([
  ["plain ✓ 🦦", "plain ✓ 🦦"],
  ["a\0b\0", "ab"],
  ["half \ud83e of a pair", "half \ufffd of a pair"],
])("%j becomes %j", (text, expected) => {
  expect(storable(text)).toBe(expected);
});

test("texts inside a value are cleaned, escapes that are themselves text are not", () => {
  const value = { a: "x\0", "k\0": true, b: ["\udd00", 1, null], c: '{"kept":"\\u0000"}' };
  expect(JSON.parse(storableJson(value))).toEqual({ a: "x", k: true, b: ["\ufffd", 1, null], c: '{"kept":"\\u0000"}' });
});
