import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  boolean,
  duration,
  enumeration,
  integer,
  json,
  jsonObject,
  kept,
  list,
  literal,
  map,
  model,
  name,
  nullable,
} from "./index.ts";
import { number, parseJson, type Schema, string, timestamp, union, uuid, type Issue } from "./index.ts";

type RecordedIssue = [type: string, loc: (string | number)[], msg: string, ctx: Record<string, unknown> | null, input?: unknown];
type Group = [outcome: string | RecordedIssue[], ...inputs: string[]];

const recorded: Record<string, Group[]> = JSON.parse(readFileSync(new URL("recorded/coercions.json", import.meta.url), "utf8"));

const Color = enumeration("Color", ["RED", "LIGHT_BLUE"]);
const Point = model("Point", { x: integer(), y: number().default(0), label: nullable(string()).default(null) });
const Sealed = model(
  "Sealed",
  { id: uuid(), color: Color.default("RED"), points: list(Point).default(() => []), note: nullable(string()).default(null) },
  { extra: "forbid" },
);
const Ordered = model(
  "Ordered",
  { low: integer(), high: integer() },
  { check: ({ low, high }) => (low > high ? "low must not exceed high" : undefined) },
);
const Circle = model("Circle", { kind: literal("circle").default("circle"), radius: number() });
const Square = model("Square", { kind: literal("square").default("square"), side: number() });
const Left = model("Left", { x: integer().default(0) });
const Right = model("Right", { y: integer().default(0), x: string().default("") });

/** Ours for each recorded kind. */
export const KINDS: Record<string, Schema<unknown>> = {
  string: string(),
  "string 2..4": string({ minLength: 2, maxLength: 4 }),
  "string 1..": string({ minLength: 1 }),
  "string ^[a-z0-9-]*$": string({ pattern: /^[a-z0-9-]*$/ }),
  "string strict": string(),
  name: name(),
  integer: integer(),
  "integer 0<=": integer({ ge: 0 }),
  "integer 0<,<=5": integer({ gt: 0, le: 5 }),
  "integer strict": integer({ strict: true }),
  number: number(),
  "number 0<,<5": number({ gt: 0, lt: 5 }),
  "number 0<=": number({ ge: 0 }),
  "number strict": number({ strict: true }),
  boolean: boolean(),
  "boolean strict": boolean({ strict: true }),
  uuid: uuid(),
  timestamp: timestamp(),
  duration: duration(),
  "duration 0<": duration({ positive: true }),
  json: json(),
  jsonObject: jsonObject(),
  enumeration: Color,
  "literal one": literal("a"),
  "literal three": literal("a", "b", "c"),
  "list of integer": list(integer()),
  "list of string, 1..2": list(string(), { minItems: 1, maxItems: 2 }),
  "set of string": list(string(), { unique: true }),
  "map of integer": map(integer()),
  "nullable integer": nullable(integer()),
  "nullable list of uuid": nullable(list(uuid())),
  "retry delay": nullable(union([integer(), number(), list(integer()), list(number())])),
  labels: kept(map(union([boolean({ strict: true }), integer({ strict: true }), number({ strict: true }), string()]))),
  "integer or text": union([integer(), string()]),
  "text or integer": union([string(), integer()]),
  "number or integer": union([number(), integer()]),
  "uuid or text": union([uuid(), string()]),
  "boolean or integer or color": union([boolean(), integer(), Color]),
  "constrained union": union([integer({ ge: 3 }), string({ maxLength: 3 }), number({ ge: 3 })]),
  point: Point,
  sealed: Sealed,
  ordered: Ordered,
  "circle or square": union([Circle, Square]),
  "circle or square by kind": union([Circle, Square], { discriminator: "kind" }),
  "left or right": union([Left, Right]),
  "list of circle or square": list(union([Circle, Square])),
};

/** Inputs that we answer otherwise, and why. */
const DIFFERENCES: [kind: RegExp, inputs: RegExp, why: string][] = [
  [/integer|delay|labels/, /^12345678901234567890$/, "no column takes an integer beyond 2^53"],
  [/^timestamp$/, /^-1\.25$/, "the original moves the fraction of a negative number to the wrong side"],
  [
    /retry delay|constrained union|number or integer/,
    /^\[?-?\d+(?:\.0)?\]?$|^1e2$|^\[1,2\.5\]$|^\["1","2\.5"\]$/,
    "a double does not remember that it was a float",
  ],
];

function differs(kind: string, input: string): boolean {
  return DIFFERENCES.some(([kinds, inputs]) => kinds.test(kind) && inputs.test(input));
}

/** Python and JavaScript write the same exponent differently. */
function spelled(text: unknown): unknown {
  return typeof text === "string" &&
    /^[\d.]+(?:e[+-]?\d+)?$/.test(text) &&
    (text.includes("e") || text.startsWith("0.0000") || text.length > 17)
    ? Number(text)
    : text;
}

/** Numbers by value: 1.0 and 1 are the same to a reader of JSON. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function issueOf([type, loc, msg, ctx, ...input]: RecordedIssue, whole: unknown): Issue {
  return { type, loc, msg, input: input.length === 0 ? whole : input[0], ...(ctx && { ctx }) };
}

describe.each(Object.entries(recorded))("%s, as the original reads it", (kind, groups) => {
  const schema = KINDS[kind];
  const cases = groups.flatMap(([outcome, ...inputs]) => inputs.map((input) => ({ input, outcome })));
  test.each(cases.filter(({ input }) => !differs(kind, input)))("$input", ({ input, outcome }) => {
    const given = parseJson(input);
    const parsed = schema?.parse(given);
    if (typeof outcome !== "string") {
      expect(plain(parsed)).toEqual({ ok: false, issues: plain(outcome.map((issue) => issueOf(issue, given))) });
    } else if (kind.startsWith("json")) {
      expect(parsed?.ok && JSON.parse(schema?.dump(parsed.value) ?? "")).toEqual(JSON.parse(outcome));
    } else {
      expect(spelled(parsed?.ok ? schema?.dump(parsed.value) : parsed)).toEqual(spelled(outcome));
    }
  });
});
