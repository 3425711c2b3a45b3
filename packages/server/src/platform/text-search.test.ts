import { expect, test } from "vitest";
import { matchesText, parseTextSearch, textCondition } from "./text-search.ts";
import { sql } from "./database/index.ts";

const parsed: [query: string, include: string[], exclude?: string[], required?: string[]][] = [
  ["", []],
  ["  \t ", []],
  ["a b", ["a", "b"]],
  ["A\tb\nc", ["a", "b", "c"]],
  ["-a !b +c d", ["d"], ["a", "b"], ["c"]],
  ["- a", ["a"]],
  ["a - b +", ["a", "b"]],
  ['"two words"', ["two words"]],
  ['-"two words" x', ["x"], ["two words"]],
  ['+"open to the end', [], [], ["open to the end"]],
  ['a"b c"d', ["a", "b c", "d"]],
  ['"a\\"b"', ['a"b']],
  ['"a\\\\b"', ["a\\b"]],
  ['"\\n"', ["\\n"]],
  ['a\\"b', ["a\\", "b"]],
  ["--a", [], ["-a"]],
  ["+-a", [], [], ["-a"]],
  ["-+a", [], ["+a"]],
  ["a-b c+d", ["a-b", "c+d"]],
  ['"" -"" +" "', []],
  ["- ! +", []],
  ['-"', []],
  ["it's", ["it's"]],
];

test.each(parsed)("%j has the terms it should", (query, include, exclude = [], required = []) => {
  expect(parseTextSearch(query)).toEqual({ include, exclude, required });
});

const matched: [query: string, text: string, matches: boolean][] = [
  ["", "anything", true],
  ["error", "An ERROR occurred", true],
  ["error warning", "a Warning", true],
  ["error", "fine", false],
  ["error -debug", "error in debug mode", false],
  ["-debug", "error", true],
  ["+disk +full", "the disk is full", true],
  ["+disk +full", "the disk is empty", false],
  ["+disk other", "the disk is empty", false],
  ["100%", "100 percent", false],
  ["a_b", "axb", false],
  ['"is full"', "disk is  full", false],
];

test.each(matched)("%j on %j: %j", (query, text, matches) => {
  expect(matchesText(parseTextSearch(query), text)).toBe(matches);
});

test("a query without terms is no condition", () => {
  expect(textCondition(parseTextSearch(' - "" '), sql`message`)).toBeUndefined();
});

test("terms never become SQL text", () => {
  const condition = textCondition(parseTextSearch("a'b -c +d"), sql`message`);
  expect(condition?.render().values).toEqual(["d", "c", "a'b"]);
});
