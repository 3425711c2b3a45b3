import { expect, test } from "vitest";
import { objectOf, parseTree, type TreeObject, writeTree } from "./json-tree.ts";
import { SecretFields } from "./secret-fields.ts";

const object = (text: string): TreeObject => objectOf(parseTree(text)) ?? new Map();
const secrets = (...paths: string[]) => new SecretFields(paths);

test.each([
  ["a field", ["p"], '{"p":"x","q":"y"}', '{"p":"********","q":"y"}'],
  ["a nested field", ["n.q"], '{"n":{"q":1,"r":2}}', '{"n":{"q":"********","r":2}}'],
  ["everything below a wildcard", ["h.*"], '{"h":{"a":{"b":1},"c":[1]}}', '{"h":{"a":{"b":"********"},"c":"********"}}'],
  ["an object, leaf by leaf", ["p"], '{"p":{"a":1.0,"b":null}}', '{"p":{"a":"********","b":null}}'],
  ["a list as one value", ["p"], '{"p":["a","b"]}', '{"p":"********"}'],
  [
    "a field of each item of a list",
    ["l.pw"],
    '{"l":[{"pw":1,"n":2},{"pw":3}]}',
    '{"l":[{"pw":"********","n":2},{"pw":"********"}]}',
  ],
  ["but not null", ["p"], '{"p":null}', '{"p":null}'],
  ["nothing that is not there", ["p.q", "z"], '{"p":"text"}', '{"p":"text"}'],
])("hides %s", (_, paths, data, hidden) => {
  expect(writeTree(secrets(...paths).obfuscate(object(data)))).toBe(hidden);
});

test.each([
  ["a field", ["p"], '{"p":"********"}', '{"p":"old"}', '{"p":"old"}'],
  [
    "a nested field, beside new values",
    ["n.q"],
    '{"n":{"q":"********","r":9}}',
    '{"n":{"q":"old","r":1}}',
    '{"n":{"q":"old","r":9}}',
  ],
  [
    "what a wildcard covers",
    ["h.*"],
    '{"h":{"a":{"b":"********"},"new":"v"}}',
    '{"h":{"a":{"b":1.0}}}',
    '{"h":{"a":{"b":1.0},"new":"v"}}',
  ],
  ["a list", ["p"], '{"p":"********"}', '{"p":["a"]}', '{"p":["a"]}'],
  ["an object sent as one placeholder", ["p"], '{"p":"********"}', '{"p":{"a":1}}', '{"p":{"a":1}}'],
  [
    "the items of a list by position",
    ["l.pw"],
    '{"l":[{"pw":"********"},{"pw":"new"}]}',
    '{"l":[{"pw":1},{"pw":2}]}',
    '{"l":[{"pw":1},{"pw":"new"}]}',
  ],
  ["only where something was stored", ["p"], '{"p":"********"}', "{}", '{"p":"********"}'],
  ["only where the path is secret", ["p"], '{"q":"********"}', '{"q":"old"}', '{"q":"********"}'],
])("restores %s", (_, paths, sent, stored, expected) => {
  expect(writeTree(secrets(...paths).restore(object(sent), object(stored)))).toBe(expected);
});

test("restoring what was hidden gives back the original", () => {
  const data = object('{"p":{"a":1},"h":{"x":["s"],"y":{"z":2}},"l":[{"pw":"1"}],"plain":1.0}');
  const fields = secrets("p", "h.*", "l.pw");
  expect(writeTree(fields.restore(fields.obfuscate(data), data))).toBe(writeTree(data));
});

test("takes whatever a schema declares", () => {
  expect(new SecretFields(parseTree('{"a":1}')).touches("a")).toBe(false);
  expect(new SecretFields(parseTree('[1,"a.b"]')).touches("a")).toBe(true);
  expect(new SecretFields(undefined).touches("a")).toBe(false);
});
