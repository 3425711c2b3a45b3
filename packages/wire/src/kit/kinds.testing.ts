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
import { number, pair, type Schema, string, timestamp, tuple, union, uuid } from "./index.ts";

export const Color = enumeration("Color", ["RED", "LIGHT_BLUE"]);
export const Point = model("Point", { x: integer(), y: number().default(0), label: nullable(string()).default(null) });
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
export const Circle = model("Circle", { kind: literal("circle").default("circle"), radius: number() });
export const Square = model("Square", { kind: literal("square").default("square"), side: number() });
const Left = model("Left", { x: integer().default(0) });
const Right = model("Right", { y: integer().default(0), x: string().default("") });

/** Ours for each kind whose treatment by the original is recorded. */
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
  "text and integer": tuple([string(), integer()]),
  "two texts": pair(string()),
};
