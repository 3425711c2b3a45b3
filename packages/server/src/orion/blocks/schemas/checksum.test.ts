import { expect, test } from "vitest";
import { objectOf, parseTree, type TreeObject } from "../json-tree.ts";
import { blockSchemaChecksum, reachableDefinitions } from "./checksum.ts";

const object = (text: string): TreeObject => objectOf(parseTree(text)) ?? new Map();

// Each checksum is what the Python client 3.8.3 computes for these fields.
const LEAF = String.raw`{"block_schema_references":{},"block_type_slug":"leaf","properties":{"pw":{"format":"password","title":"Pw","type":"string","writeOnly":true,"position":0},"n":{"default":1.0,"title":"N","type":"number","position":1},"s":{"default":1e-07,"title":"S","type":"number","position":2},"b":{"default":1e+22,"title":"B","type":"number","position":3},"t":{"default":"\u00e9\ud83d\ude00\u007f\"\\/","title":"T","type":"string","position":4}},"required":["pw"],"secret_fields":["pw"],"title":"Leaf","type":"object"}`;
const LEAF_CHECKSUM = "sha256:b216521291a86d94f62eaf1f7ed48d12a5f6499e4018cb96ae4f0ccc36897d2f";
const MID = `{"block_schema_references":{"leaf":{"block_schema_checksum":"${LEAF_CHECKSUM}","block_type_slug":"leaf"}},"block_type_slug":"mid","properties":{"leaf":{"$ref":"#/definitions/Leaf","position":0},"plain":{"$ref":"#/definitions/Plain","default":{"p":1,"c":"r"},"position":1},"d":{"default":{},"title":"D","type":"object","position":2}},"required":["leaf"],"secret_fields":["leaf.pw","d"],"title":"Mid","type":"object","definitions":{"Color":{"enum":["r"],"title":"Color","type":"string"},"Leaf":${LEAF},"Plain":{"properties":{"p":{"default":1,"title":"P","type":"integer"},"c":{"$ref":"#/definitions/Color","default":"r"}},"title":"Plain","type":"object"}}}`;
const SMALL =
  '{"title":"x","type":"object","properties":{"y":{"type":"string"}},"secret_fields":[],"block_schema_references":{},"block_type_slug":"x"}';
const SMALL_CHECKSUM = "sha256:81217fe6a34c249823dded66cde61011c2e7aa886dd85a834b2045ddb6542d93";

test.each([
  ["no definitions", SMALL, SMALL_CHECKSUM],
  ["floats, escapes and astral characters", LEAF, LEAF_CHECKSUM],
  ["a nested block and plain definitions", MID, "sha256:609fb75136247fd3360cfe3ad7ef56c2c0b569658f61d18d68b1da5ba3ed7f7b"],
])("equals the client's for fields with %s", (_, fields, checksum) => {
  expect(blockSchemaChecksum(object(fields))).toBe(checksum);
});

test.each([
  [
    "the order of keys",
    '{"block_type_slug":"x","block_schema_references":{},"secret_fields":[],"properties":{"y":{"type":"string"}},"type":"object","title":"x"}',
  ],
  ["which fields are secret", SMALL.replace('"secret_fields":[]', '"secret_fields":["y"]')],
  ["definitions that nothing refers to", SMALL.replace(/}$/, ',"definitions":{"Z":{"a":1}}}')],
  ["definitions that are empty", SMALL.replace(/}$/, ',"definitions":{}}')],
])("does not depend on %s", (_, fields) => {
  expect(blockSchemaChecksum(object(fields))).toBe(SMALL_CHECKSUM);
});

test.each([
  ["a number's spelling", '{"n":1}', '{"n":1.0}'],
  ["secret_fields inside a list", '{"l":[{}]}', '{"l":[{"secret_fields":[]}]}'],
])("depends on %s", (_, one, other) => {
  expect(blockSchemaChecksum(object(one))).not.toBe(blockSchemaChecksum(object(other)));
});

test("follows references through definitions, circles included", () => {
  const definitions = object(
    '{"Unused":{"$ref":"#/definitions/A"},"A":{"anyOf":[{"$ref":"#/definitions/B"}]},"B":{"items":{"$ref":"#/definitions/A"}}}',
  );
  const fields = object('{"properties":{"a":{"$ref":"#/definitions/A"},"gone":{"$ref":"#/definitions/Gone"}}}');
  expect(reachableDefinitions(fields, definitions).map(([name]) => name)).toEqual(["A", "B"]);
});
