import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Circle, Color, KINDS, Point, Square } from "./kinds.testing.ts";
import {
  boolean,
  duration,
  integer,
  json,
  jsonObject,
  jsonSchema,
  JsonText,
  list,
  literal,
  map,
  model,
  name,
  nullable,
} from "./index.ts";
import { number, type Schema, string, timestamp, tuple, union, uuid } from "./index.ts";
import { assertSameSchema, schemaDifferences } from "./same-schema.ts";

const recorded: Record<string, unknown> = JSON.parse(readFileSync(new URL("recorded/schemas.json", import.meta.url), "utf8"));

const Everything = model("Everything", {
  flow_run_id: uuid(),
  any_: nullable(list(string())).default(null),
  created: nullable(timestamp()).default(null).with({ description: "When" }),
  timestamp: timestamp().default(() => {
    throw new Error("documents never make a default");
  }),
  total_run_time: duration().default(0),
  interval: duration({ positive: true }),
  color: Color.default("RED"),
  colors: list(Color).default(() => []),
  maybe_color: nullable(Color).default(null),
  point: Point,
  maybe_point: nullable(Point)
    .default(null)
    .with({ examples: [{ x: 1 }] }),
  points: map(Point).default({}),
  parameters: jsonObject().default(() => {
    throw new Error("documents never make a default");
  }),
  data: json().default(new JsonText("null")),
  maybe_data: nullable(json()).default(null),
  name: name(),
  key: string({ minLength: 1, maxLength: 5, pattern: /^a/ }).default("abc"),
  limit: integer({ ge: 1, le: 200 }).default(200),
  factor: number({ gt: 0, lt: 1 }).default(0.5),
  tags: list(string())
    .default(() => [])
    .with({ examples: [["a", "b"]] }),
  keys: nullable(list(string(), { unique: true })).default(() => []),
  few: list(integer(), { minItems: 1, maxItems: 3 }).default([1]),
  kind: literal("one").default("one"),
  kinds: literal("one", "two").default("two"),
  shape: union([Circle, Square]),
  tagged: union([Circle, Square], { discriminator: "kind" }),
  either: nullable(union([integer(), string()])).default(null),
  old: nullable(integer()).default(null).with({ deprecated: true, title: "Very old" }),
  pair: tuple([string(), integer()]).default(["a", 1]),
  flag2_value: boolean().default(false),
  maybe_values: nullable(list(nullable(integer()))).default(null),
});

/** A duration alone in its document is another thing to the original, and nobody's. */
const alone = Object.entries(KINDS).filter(([kind]) => !kind.startsWith("duration"));
const kinds: Record<string, Schema<unknown>> = { ...Object.fromEntries(alone), everything: Everything };

describe("the JSON Schema, as the original prints it, of", () => {
  test.each(Object.entries(kinds))("%s", (kind, schema) => {
    assertSameSchema(JSON.parse(JSON.stringify(jsonSchema(schema))), recorded[kind]);
  });

  test("every recorded kind", () => {
    expect(Object.keys(kinds).toSorted()).toEqual(Object.keys(recorded).toSorted());
  });
});

test("documents may show another type than is read", () => {
  const lenient = model("Lenient", { name: nullable(string()).with({ schema: { type: "string" } }) });
  expect(jsonSchema(lenient)["properties"]).toEqual({ name: { title: "Name", type: "string" } });
  expect(lenient.parse({ name: null })).toEqual({ ok: true, value: { name: null } });
});

describe("comparing schemas", () => {
  const schema = { type: "object", properties: { description: { type: "string" } }, required: ["a", "b"], description: "ours" };

  test.each([
    ["sentences", { ...schema, description: "theirs" }],
    ["the order of required keys", { ...schema, required: ["b", "a"] }],
  ])("%s do not count", (_, theirs) => {
    expect(schemaDifferences(schema, theirs)).toEqual([]);
  });

  test.each([
    ["a field named description", { ...schema, properties: {} }, '$.properties.description: {"type":"string"}, theirs absent'],
    ["a keyword", { ...schema, type: "array" }, '$.type: "object", theirs "array"'],
    ["a required key", { ...schema, required: ["a", "c"] }, '$.required[1]: "b", theirs "c"'],
  ])("%s counts", (_, theirs, line) => {
    expect(schemaDifferences(schema, theirs)).toEqual([line]);
    expect(() => assertSameSchema(schema, theirs)).toThrow(line);
  });
});
