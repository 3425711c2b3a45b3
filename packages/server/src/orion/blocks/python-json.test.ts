import { assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { parseTree } from "./json-tree.ts";
import { pythonJson, pythonNumber } from "./python-json.ts";

test.each([
  [
    "sorts keys by code point, beyond U+FFFF too",
    '{"b":1,"a":2,"B":3,"\u{1f600}":4,"\uff5e":5}',
    '{"B": 3, "a": 2, "b": 1, "\\uff5e": 5, "\\ud83d\\ude00": 4}',
  ],
  [
    "writes ASCII only",
    '["é","\u007f","\\u0001","\\b\\f\\n\\r\\t\\"\\\\","/"]',
    '["\\u00e9", "\\u007f", "\\u0001", "\\b\\f\\n\\r\\t\\"\\\\", "/"]',
  ],
  ["writes empty containers without space", "[{},[]]", "[{}, []]"],
  ["writes constants", "[true,false,null]", "[true, false, null]"],
])("%s", (_, text, expected) => {
  expect(pythonJson(parseTree(text))).toBe(expected);
});

test.each([
  ["1", "1"],
  ["-0", "0"],
  ["18446744073709551616", "18446744073709551616"],
  ["1.0", "1.0"],
  ["1.50", "1.5"],
  ["-0.0", "-0.0"],
  ["0e5", "0.0"],
  ["1e5", "100000.0"],
  ["1e15", "1000000000000000.0"],
  ["1e16", "1e+16"],
  ["123456789012345678901.0", "1.2345678901234568e+20"],
  ["0.0001", "0.0001"],
  ["0.00001", "1e-05"],
  ["1.5E-7", "1.5e-07"],
  ["1e100", "1e+100"],
  ["5e-324", "5e-324"],
  ["0.1", "0.1"],
  ["-2.5e-10", "-2.5e-10"],
])("prints %s as %s", (text, expected) => {
  expect(pythonNumber(text)).toBe(expected);
});

test("prints a float so that it reads back as itself", () => {
  assert(
    property(double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(pythonNumber(value.toExponential()))).toBe(value + 0);
    }),
  );
});
