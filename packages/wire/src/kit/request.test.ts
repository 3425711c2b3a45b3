import { readFileSync } from "node:fs";
import { parse } from "node:querystring";
import { describe, expect, test } from "vitest";
import {
  boolean,
  integer,
  type Issue,
  jsonInvalid,
  jsonObject,
  JsonSyntaxError,
  list,
  literal,
  model,
  nullable,
} from "./index.ts";
import { number, parseBody, type Parsed, parseJson, parseParameters, parts, type Schema, string, uuid } from "./index.ts";

type RecordedIssue = [type: string, loc: (string | number)[], msg: string, ctx: Record<string, unknown> | null, input: unknown];
type Case = [request: string | null, answer: { given: unknown } | RecordedIssue[]];

const { openapi: _, ...recorded }: Record<string, Case[]> = JSON.parse(
  readFileSync(new URL("recorded/bodies.json", import.meta.url), "utf8"),
);

const Point = model<{ x: number; y: number }>("Point", { x: integer(), y: number().default(0) });
const BODIES: Record<string, Schema<unknown>> = {
  model: Point,
  "optional model": nullable(Point).default(null),
  list: list(Point),
  map: jsonObject(),
  text: string(),
  parts: parts({
    point: nullable(Point).default(null),
    limit: integer({ ge: 0 }).default(200),
    sort: literal("a", "b").default("a"),
  }),
  "parts, one required": parts({ point: Point, force: boolean().default(false) }),
};
const QUERIES = {
  query: {
    limit: integer().default(10),
    name: nullable(string()).default(null),
    ids: list(uuid()).default([]),
    flag: boolean().default(false),
  },
  "query, one required": { limit: integer({ ge: 1 }) },
};

function issueOf([type, loc, msg, ctx, input]: RecordedIssue): Issue {
  return { type, loc, msg, input, ...(ctx && { ctx }) };
}

function expectAnswer(parsed: Parsed<unknown>, answer: Case[1]): void {
  if (Array.isArray(answer)) expect(parsed).toEqual({ ok: false, issues: answer.map(issueOf) });
  else expect(JSON.parse(JSON.stringify(parsed))).toEqual({ ok: true, value: answer.given });
}

/** A body as the server hands it over: bytes decoded as UTF-8, which takes a byte order mark away. */
function readBody(schema: Schema<unknown>, body: string | null): Parsed<unknown> {
  if (body === null || body === "") return parseBody(schema, undefined);
  try {
    return parseBody(schema, parseJson(body.replace(/^\ufeff/, "")));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { ok: false, issues: [jsonInvalid(error)] };
    throw error;
  }
}

describe.each(Object.entries(BODIES))("a body that is: %s", (route, schema) => {
  test.each(recorded[route] ?? [])("%j", (body, answer) => {
    expectAnswer(readBody(schema, body), answer);
  });
});

describe.each(Object.entries(QUERIES))("a %s", (route, fields) => {
  test.each(recorded[route] ?? [])("%j", (search, answer) => {
    expectAnswer(parseParameters<Record<string, unknown>>("query", fields, parse(search ?? "")), answer);
  });
});

test("every recorded route has its schema here", () => {
  expect(Object.keys({ ...BODIES, ...QUERIES })).toEqual(Object.keys(recorded));
});
