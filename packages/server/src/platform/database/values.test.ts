import { fromMicroseconds, JsonText } from "@praetor/wire";
import { array, assert, asyncProperty, integer, oneof, string } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClientDataError } from "./failures.ts";
import { Fragment, sql } from "./sql.ts";
import { openTestDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** What a value becomes on its way into a type of PostgreSQL and out again. */
async function through(type: string, value: unknown): Promise<unknown> {
  const cast = Fragment.text(`::${type}`);
  const rows = await database.databases.orion.system.compose<{ value: unknown }>(() => sql`select ${value}${cast} as value`);
  return rows[0]?.value;
}

const json = new JsonText('{"b": 1.0, "a": 18446744073709551616, "b": "\\u0000"}');

describe("a value comes back", () => {
  test.each<[type: string, value: unknown, back?: unknown]>([
    ["timestamptz", "2026-11-23T06:16:41.782626Z"],
    ["timestamptz", "2026-11-23T06:16:41.78Z", "2026-11-23T06:16:41.780000Z"],
    ["timestamptz", "2026-11-23T06:16:41Z"],
    ["timestamptz", "2026-11-23T06:16:41.000000Z", "2026-11-23T06:16:41Z"],
    ["timestamptz", "2026-11-23T06:16:41+02:30", "2026-11-23T03:46:41Z"],
    ["timestamptz", "0001-01-01T00:00:00Z"],
    ["timestamptz", "9999-12-31T23:59:59.999999Z"],
    ["timestamptz[]", ["2026-11-23T06:16:41Z", null]],
    ["json", json],
    ["json[]", [json, null]],
    ["json", { a: 1 }, new JsonText('{"a":1}')],
    ["jsonb", { a: [1, null] }],
    ["jsonb", new JsonText("[1.0]"), [1]],
    ["jsonb[]", [{ a: 1 }, null]],
    ["int8", 9_007_199_254_740_991],
    ["int8[]", [1, null]],
    ["int4", -1],
    ["float8", 0.1],
    ["numeric", 1.5],
    ["boolean", true],
    ["boolean[]", [true, false]],
    ["uuid", "00000000-0000-4000-8000-000000000002"],
    ["uuid[]", ["00000000-0000-4000-8000-000000000002"]],
    ["text", ""],
    ["text", null],
    ["text", undefined, null],
    ["text[]", []],
    ["text[]", ["", "NULL", 'a"b', "a\\b", "{,}", " ", "é€😀", null]],
    ["text[][]", [["a"], ["b"]]],
    ["bytea", Buffer.from([0, 255])],
    ["bytea[]", [Buffer.from([0, 92])]],
    ["date", "2026-11-23"],
    ["timestamp", "2026-11-23 06:16:41.782626"],
    ["interval", "01:00:00.000001"],
  ])("%s %j", async (type, value, back = value) => {
    expect(await through(type, value)).toEqual(back);
  });

  test("every text and array of texts that PostgreSQL can hold", async () => {
    const text = string({ unit: "binary" }).map((value) => value.replaceAll("\0", ""));
    await assert(
      asyncProperty(array(oneof(text, string())), async (texts) => {
        expect(await through("text[]", texts)).toEqual(texts);
      }),
      { numRuns: 50 },
    );
  });

  test("every microsecond of the years 1 to 9999", async () => {
    const latest = 253_402_300_799_999_999n;
    await assert(
      asyncProperty(integer({ min: -2e12, max: 2e12 }), integer({ min: 0, max: 999_999 }), async (milliseconds, fraction) => {
        const moment = fromMicroseconds(Math.min(milliseconds * 1000 + fraction, Number(latest)));
        expect(await through("timestamptz", moment)).toBe(moment);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a value that cannot be stored is the caller's error, and is not repeated", () => {
  test.each<[problem: string, type: string, value: unknown]>([
    ["NUL", "text", "hunter2\0"],
    ["NUL", "text[]", ["a", "hunter2\0"]],
    ["NUL", "json", new JsonText('"hunter2\0"')],
    ["surrogate", "text", "hunter2\ud800"],
    ["character", "jsonb", new JsonText('"hunter2\\u0000"')],
    ["form", "uuid", "hunter2"],
    ["form", "json", new JsonText("hunter2")],
    ["range", "int4", "99999999999"],
    ["time", "timestamptz", "hunter2"],
    ["time", "timestamptz", "2026-13-01"],
  ])("%s in %s", async (problem, type, value) => {
    const error = await through(type, value).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ClientDataError);
    expect(String(error)).toContain(problem);
    expect(String(error)).not.toContain("hunter2");
  });

  test("more parameters than the protocol can count", async () => {
    const list = Fragment.join(
      Array.from({ length: 65_536 }, () => sql`${1}`),
      ", ",
    );
    const result = database.databases.orion.system.compose(() => sql`select ${list}`);
    await expect(result).rejects.toThrow("65535 parameters");
  });
});

test("a JavaScript date, which has no microseconds, is refused", async () => {
  await expect(through("timestamptz", new Date())).rejects.toThrow(TypeError);
});

test.each(["infinity", "0044-03-15 BC", "10000-01-01"])("a time out of range (%s) fails its reader only", async (text) => {
  await expect(through("timestamptz", text)).rejects.toThrow("out of the range");
  expect(await through("int4", 1)).toBe(1);
});

test("a large result and a large parameter arrive whole", async () => {
  const text = "é".repeat(5_000_000);
  expect(await through("text", text)).toBe(text);
});
