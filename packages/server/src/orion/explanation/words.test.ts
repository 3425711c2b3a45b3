import { expect, test } from "vitest";
import { spoken } from "./words.ts";

test.each([
  [0, "0 s"],
  [-3, "0 s"],
  [59.6, "1 min"],
  [90, "1 min 30 s"],
  [3600, "1 h"],
  [7505, "2 h 5 min"],
  [90_061, "1 d 1 h"],
])("%d seconds are said as %s", (seconds, said) => {
  expect(spoken(seconds)).toBe(said);
});
