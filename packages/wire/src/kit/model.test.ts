import { describe, expect, test } from "vitest";
import {
  boolean,
  integer,
  isTruthy,
  isZero,
  json,
  JsonText,
  jsonObject,
  list,
  map,
  model,
  nullable,
  number,
  parseJson,
  patch,
} from "./index.ts";
import { prepared, type Schema, string, type Timestamp, timestamp, union, uuid } from "./index.ts";

function read<T>(schema: Schema<T>, text: string): T {
  const parsed = schema.parse(parseJson(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

interface Run {
  id: string;
  name: string | null;
  start: Timestamp | null;
  seconds: number;
  count: number;
  tags: string[];
  parameters: JsonText;
  data: JsonText | null;
  labels: Record<string, string>;
}
const Run = model<Run>("Run", {
  id: uuid(),
  name: nullable(string()).default(null),
  start: nullable(timestamp()).default(null),
  seconds: number().default(0),
  count: integer().default(0),
  tags: list(string()).default([]),
  parameters: jsonObject().default(new JsonText("{}")),
  data: nullable(json()).default(null),
  labels: map(string()).default({}),
});
const ID = "7c1f3c1e-0b0e-4c43-9f0a-2b5f1d2e3a4b";

describe("a model", () => {
  test("is written with every key, floats with their fraction, free-form JSON as it was sent", () => {
    const sent = `{"parameters":{"2":1.0,"1":[1e2]},"id":"${ID}","seconds":2,"name":"a\\"\\n\\u2028","labels":{"__proto__":"x"}}`;
    expect(Run.dump(read(Run, sent))).toBe(
      `{"id":"${ID}","name":"a\\"\\n\u2028","start":null,"seconds":2.0,"count":0,"tags":[],` +
        `"parameters":{"2":1.0,"1":[1e2]},"data":null,"labels":{"__proto__":"x"}}`,
    );
  });

  test("writes null for a key that may be null and is not there", () => {
    const { name: _, ...unnamed } = read(Run, `{"id":"${ID}","name":"a"}`);
    expect(Run.dump(unnamed as Run)).toContain('"name":null');
  });

  test("keeps null apart from no data", () => {
    const Any = model<{ data: JsonText }>("Any", { data: json() });
    expect(read(Any, '{"data":null}').data.text).toBe("null");
    expect(read(Run, `{"id":"${ID}","data":null}`).data).toBeNull();
  });

  test("makes each default anew", () => {
    const one = read(Run, `{"id":"${ID}"}`);
    one.tags.push("mine");
    one.labels["mine"] = "yes";
    expect(read(Run, `{"id":"${ID}"}`)).toMatchObject({ tags: [], labels: {} });
  });

  test("cannot have a key that every object inherits", () => {
    expect(() => model("Bad", { constructor: string() } as never)).toThrow(TypeError);
  });

  test("applies its rule only to a value without other faults", () => {
    const Span = model<{ low: number; high: number }>(
      "Span",
      { low: integer(), high: integer() },
      { check: ({ low, high }) => (low > high ? { type: "span", msg: "low exceeds high", ctx: { low } } : undefined) },
    );
    expect(Span.parse({ low: 2, high: 1 })).toEqual({
      ok: false,
      issues: [{ type: "span", loc: [], msg: "low exceeds high", input: { low: 2, high: 1 }, ctx: { low: 2 } }],
    });
    expect(Span.parse({ low: 2, high: "x" })).toMatchObject({ ok: false, issues: [{ type: "int_parsing" }] });
  });

  test("reads what its preparation makes of the input, or refuses with it", () => {
    const Old = model<{ size: number }>(
      "Old",
      { size: integer() },
      { prepare: (input, refuse) => (input === null ? refuse("nothing") : { size: 1, ...(input as object) }) },
    );
    expect(Old.parse({})).toEqual({ ok: true, value: { size: 1 } });
    expect(Old.parse(null)).toMatchObject({ ok: false, issues: [{ type: "value_error", msg: "Value error, nothing" }] });
  });
});

describe("a patch", () => {
  const Change = patch<{ name: string | null; paused: boolean; data: JsonText }>("Change", {
    name: nullable(string()).default(null),
    paused: boolean().default(false),
    data: json().default(new JsonText("null")),
  });

  test.each([
    ["{}", {}],
    ['{"name":null}', { name: null }],
    ['{"paused":"yes"}', { paused: true }],
  ])("%s holds the keys that were sent, and is written with them", (sent, value) => {
    expect(read(Change, sent)).toEqual(value);
    expect(JSON.parse(Change.dump(read(Change, sent)))).toEqual(value);
  });

  test("forbids unknown keys", () => {
    expect(Change.parse({ nam: 1 })).toMatchObject({ ok: false, issues: [{ type: "extra_forbidden", loc: ["nam"] }] });
  });
});

describe("text", () => {
  test.each(["a\0b", "\ud83d", "\ude00x"])("that no column takes is refused: %j", (text) => {
    expect(string().parse(text).ok).toBe(false);
    expect(map(string()).parse({ [text]: "x" }).ok).toBe(false);
    expect(json().parse(text).ok).toBe(true);
  });

  test("loses its NUL characters where that is asked", () => {
    expect(string({ stripNul: true }).parse("a\0b")).toEqual({ ok: true, value: "ab" });
  });
});

describe("numbers beyond a double", () => {
  test.each([
    [integer(), "12345678901234567890", "int_parsing_size"],
    [integer(), '"99999999999999999999"', "int_parsing_size"],
    [integer(), "1e400", "int_parsing_size"],
    [number(), "1e400", "finite_number"],
    [number(), '"1e400"', "finite_number"],
  ])("are refused", (schema, text, type) => {
    expect(schema.parse(parseJson(text))).toMatchObject({ ok: false, issues: [{ type }] });
  });
});

test("a refusal stops at about a thousand faults", () => {
  const many = Array.from({ length: 100_000 }, () => ({ x: 1 }));
  const Strict = model<{ a: number }>("Strict", { a: integer() }, { extra: "forbid" });
  const parsed = list(Strict).parse(many);
  expect(parsed.ok ? 0 : parsed.issues.length).toBeGreaterThanOrEqual(1000);
  expect(parsed.ok ? 0 : parsed.issues.length).toBeLessThan(1100);
  const keys = Strict.parse(Object.fromEntries(many.map((_, index) => [`k${index}`, 1])));
  expect(keys.ok ? 0 : keys.issues.length).toBeLessThan(1100);
  const values = map(integer()).parse(Object.fromEntries(many.map((_, index) => [`k${index}`, "x"])));
  expect(values.ok ? 0 : values.issues.length).toBeLessThan(1100);
});

test("a prepared schema reads what is made of its input", () => {
  const name = prepared(nullable(string()), (input) => (input === "" ? null : input)).default(null);
  const Named = model<{ name: string | null }>("Named", { name });
  expect(Named.parse({ name: "" })).toEqual({ ok: true, value: { name: null } });
  expect(Named.parse({})).toEqual({ ok: true, value: { name: null } });
});

test.each([
  ["null", false],
  ["false", false],
  ["0", false],
  ["-0.0", false],
  ["0.0", false],
  ['""', false],
  ["[]", false],
  ["{}", false],
  ["0.5", true],
  ["1e2", true],
  ['"0"', true],
  ["[0]", true],
  ['{"a":null}', true],
])("Python takes %s for %s", (text, truth) => {
  expect(isTruthy(parseJson(text))).toBe(truth);
});

test.each([
  ["0", true],
  ["-0.0", true],
  ["0e5", true],
  ["false", true],
  ["null", false],
  ['""', false],
  ["[]", false],
  ["1.0", false],
])("whether Python takes %s for zero: %s", (text, zero) => {
  expect(isZero(parseJson(text))).toBe(zero);
});

test("a union writes with the member that holds the value, and says so when none does", () => {
  const either = union([integer(), list(string())]);
  expect(either.dump(3)).toBe("3");
  expect(either.dump(["a"])).toBe('["a"]');
  expect(() => either.dump({} as never)).toThrow(TypeError);
});
