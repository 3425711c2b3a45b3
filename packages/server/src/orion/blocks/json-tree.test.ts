import { assert, json, property } from "fast-check";
import { expect, test } from "vitest";
import { parseTree, writeTree } from "./json-tree.ts";

test("reads and writes any JSON value", () => {
  assert(
    property(json({ noUnicodeString: false }), (text) => {
      expect(JSON.parse(writeTree(parseTree(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ["numbers as they were spelled", '{"a":1.0,"b":1e5,"c":18446744073709551616,"d":-0.0,"e":1E+2}'],
  ["keys in their order, numeric ones too", '{"b":1,"10":2,"9":3,"__proto__":4}'],
  ["escapes by meaning", '["\\"","\\\\","\\n","\\u0000","/"]'],
  ["empty containers", '{"a":{},"b":[],"c":[{}],"d":[[]]}'],
])("keeps %s", (_, text) => {
  expect(writeTree(parseTree(text))).toBe(text);
});

test("drops the space between tokens", () => {
  expect(writeTree(parseTree(' { "a" : [ 1 , 2 ] ,\n"b" : null } '))).toBe('{"a":[1,2],"b":null}');
});

test("gives a repeated key its last value, at its first place", () => {
  expect(writeTree(parseTree('{"a":1,"b":2,"a":3}'))).toBe('{"a":3,"b":2}');
});

test("refuses what is not JSON", () => {
  expect(() => parseTree("[nope]")).toThrow(SyntaxError);
});
