import { expect, test } from "vitest";
import { storable } from "./storable.ts";

test.each([
  ["plain ✓ 🦦", "plain ✓ 🦦"],
  ["a\0b\0", "ab"],
  ["half \ud83e of a pair", "half \ufffd of a pair"],
])("%j becomes %j", (text, expected) => {
  expect(storable(text)).toBe(expected);
});
