import { expect, test } from "vitest";
import { agree, compare, isComparable } from "./compare.ts";
import { Expressions } from "./expressions.ts";

/** `npm run schedules:compare` asks for as many as one likes. */
const COUNT = 250;

test("random schedules over all zones fire when the original's libraries say", () => {
  const expressions = new Expressions(20_261_129);
  const compared = compare(Array.from({ length: COUNT }, () => expressions.any())).filter(isComparable);
  expect(compared.length).toBeGreaterThan(COUNT / 2);
  expect(compared.filter((each) => !agree(each))).toEqual([]);
});
