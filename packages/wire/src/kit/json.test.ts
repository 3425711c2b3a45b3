import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { integer, JsonRefused, JsonSyntaxError, JsonText, map, parseJson, patch, type Schema, string } from "./index.ts";

function readAll<T>(schema: Schema<T>, input: unknown): T {
  const parsed = schema.parse(input);
  if (!parsed.ok) throw new Error("the value does not fit");
  return parsed.value;
}

/** JSON texts without white space, with numbers in every spelling and keys that JavaScript would reorder. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.stringMatching(/^-?(0|[1-9]\d{0,20})\.\d{1,20}$/),
  fc.stringMatching(/^-?(0|[1-9]\d{0,5})(\.\d{1,5})?[eE][-+]?\d{1,3}$/),
);
const text = fc.string({ unit: "grapheme" }).map((value) => JSON.stringify(value));
const key = fc
  .oneof(fc.nat().map(String), fc.constantFrom("__proto__", "constructor", "", "01", "-1", "1.0"), fc.string())
  .map((value) => JSON.stringify(value));
const { value: anyJson } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(number, text, fc.constantFrom("null", "true", "false")),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
    fc
      .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 4, selector: ([name]) => name })
      .map((entries) => `{${entries.map(([name, item]) => `${name}:${item}`).join(",")}}`),
  ),
}));

describe("parseJson", () => {
  test("gives back every text as it was sent, -0 excepted", () => {
    fc.assert(
      fc.property(anyJson, (sent) => {
        // Python has no integer -0 either
        fc.pre(!/(?<![\d.eE"])-0(?![.\deE])/.test(sent));
        expect(JsonText.of(parseJson(sent)).text).toBe(sent);
      }),
      { numRuns: 500 },
    );
  });

  test("reads every text as JSON.parse does, to doubles", () => {
    fc.assert(
      fc.property(anyJson, (sent) => {
        expect(JsonText.of(parseJson(sent)).value()).toEqual(JSON.parse(sent));
      }),
    );
  });

  test.each([
    ['{"a":1.0,"b":[1e2,{"c":12345678901234567890}]}'],
    ['{"2":0,"10":1,"1":2,"b":3,"0":4}'],
    ['{"b":1,"__proto__":{"c":1}}'],
    ['{"b":1.0,"__proto__":{"c":1}}'],
    ['{"a":"\\ud83d"}'],
    ["[1795415309.146411,0.1,-0.0,1.50,1E5,1e-7,0.0000001]"],
    ['"1.0"'],
    ["1.0"],
  ])("keeps %s", (sent) => {
    expect(JsonText.of(parseJson(sent)).text).toBe(sent);
  });

  test("keeps the order of very many keys that look like positions, in free-form JSON, in maps, and in what it finds wrong", () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => String((index * 7919) % 100_000));
    const sent = `{${keys.map((key) => `"${key}":1`).join(",")}}`;
    const value = parseJson(sent);
    expect(JsonText.of(value).text === sent).toBe(true);
    expect(map(integer()).dump(readAll(map(integer()), value)) === sent).toBe(true);
    const refused = patch<{ name: string }>("Change", { name: string().default("") }).parse(value);
    expect(!refused.ok && refused.issues.slice(0, 3).map(({ loc }) => loc[0])).toEqual(["0", "7919", "15838"]);
  });

  test("keeps a part as it was sent, in the whole or alone", () => {
    const whole = parseJson('{"parameters":{"1":1.0,"0":2},"limit":3}') as { parameters: unknown };
    expect(JsonText.of(whole.parameters).text).toBe('{"1":1.0,"0":2}');
    expect(JSON.stringify({ request_body: whole })).toBe('{"request_body":{"parameters":{"1":1.0,"0":2},"limit":3}}');
    expect(JSON.stringify({ text: JsonText.of(whole.parameters) })).toBe('{"text":{"1":1.0,"0":2}}');
  });

  test.each([
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"a":1.0,"b":2,"a":3.0}', '{"a":3.0,"b":2}'],
    ['{"1":1,"b":2,"1":3}', '{"1":3,"b":2}'],
  ])("lets the last of duplicate keys win: %s", (sent, kept) => {
    expect(JsonText.of(parseJson(sent)).text).toBe(kept);
  });

  test.each(['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":1.0}}'])("does not take %s for a prototype", (sent) => {
    const value = parseJson(sent) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect("polluted" in value).toBe(false);
  });

  test("takes nesting up to its limit and refuses what is deeper", () => {
    expect(JsonText.of(parseJson(nested(512))).text).toBe(nested(512));
    expect(() => parseJson(nested(513))).toThrow(JsonRefused);
    expect(() => parseJson(`${'{"a":'.repeat(100_000)}1`)).toThrow(JsonRefused);
    expect(() => parseJson(`["]]]",${nested(513)}]`)).toThrow(JsonRefused);
  });

  test("keeps a text from outside to the letter, if it is JSON", () => {
    for (const sent of ['{ "a" : 1.0 , "b":[1e400] }', "null", nested(512)]) expect(JsonText.read(sent).text).toBe(sent);
    for (const sent of ["", "{", '{"a":01}', "nan"]) expect(() => JsonText.read(sent)).toThrow(JsonSyntaxError);
    expect(() => JsonText.read(nested(513))).toThrow(JsonRefused);
  });

  test("does not take many brackets for depth", () => {
    const flat = `[${'{"[":[]},'.repeat(600)}{}]`;
    expect(JsonText.of(parseJson(flat)).text).toBe(flat);
  });

  test("refuses every text that JSON.parse refuses, and no other", () => {
    const broken = fc
      .tuple(anyJson, fc.nat(), fc.constantFrom("", ",", "}", '"', "\\", "\n", "-", "1", "nan"))
      .map(([sent, at, piece]) => {
        const index = at % (sent.length + 1);
        return sent.slice(0, index) + piece + sent.slice(index + 1);
      });
    fc.assert(
      fc.property(broken, (sent) => {
        if (accepts(() => JSON.parse(sent))) expect(() => parseJson(sent)).not.toThrow();
        else expect(() => parseJson(sent)).toThrow(JsonSyntaxError);
      }),
      { numRuns: 500 },
    );
  });
});

function nested(depth: number): string {
  return `${"[".repeat(depth)}${"]".repeat(depth)}`;
}

function accepts(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
