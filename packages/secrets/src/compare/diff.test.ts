import { expect, test } from "vitest";
import { setOf } from "../testing.ts";
import { diffSets } from "./diff.ts";

const text = "postgresql+asyncpg://prefect:a%20b@db.internal:5432/orion";

test.each<[string, string, string, readonly string[] | undefined]>([
  ["the same", text, text, undefined],
  ["lower-case hex", "postgresql://a:%C3%A9@b/c", "postgresql://a:%c3%a9@b:5432/c", undefined],
  ["the host in capitals", text, text.replace("db.", "DB."), undefined],
  ["a name of the same driver", "postgres://a:b@c/d", "postgresql://a:b@c/d", undefined],
  ["parameters in another order", `${text}?a=1&b=2`, `${text}?b=2&a=1`, undefined],
  ["the driver", text, text.replace("+asyncpg", ""), ["driver"]],
  ["user and password", text, text.replace("prefect:a", "other:b"), ["user", "password"]],
  ["the port", text, text.replace("5432", "5433"), ["host"]],
  ["the database", text, text.replace("/orion", "/nebula"), ["database"]],
  ["parameters", text, `${text}?sslmode=require`, ["parameters"]],
  ["plus for space, which is another password", text, text.replace("%20", "+"), ["password"]],
  ["a line break", text, `${text}\n`, ["value"]],
  ["a broken string", text, "postgresql://x", ["user", "password", "host", "database", "driver"]],
  ["plain values", "one", "two", ["value"]],
])("%s", (_, before, after, parts) => {
  const found = diffSets(setOf({ a: { key: before } }), setOf({ a: { key: after } }));
  expect(found.map((each) => each.parts.toSorted())).toEqual(parts === undefined ? [] : [parts.toSorted()]);
});

test("keys and Secrets of one set only", () => {
  const found = diffSets(setOf({ a: { one: "1", two: "2" } }), setOf({ a: { one: "1" }, b: { three: "3" } }));
  expect(found.map(({ object, key, change }) => [object, key, change])).toEqual([
    ["a", "two", "removed"],
    ["b", "three", "added"],
  ]);
});
