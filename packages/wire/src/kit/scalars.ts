import type { JsonSchema } from "./json-schema.ts";
import { FIT, type Fit, INVALID, type Invalid, type Issue, Node } from "./schema.ts";
import { parseTimestamp, type Timestamp } from "./timestamp.ts";

export interface StringRules {
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
}

class StringNode extends Node<string> {
  readonly rules: StringRules;
  constructor(rules: StringRules) {
    super();
    this.rules = rules;
  }
  read(input: unknown, issues: Issue[]): string | Invalid {
    if (typeof input !== "string") return fail(issues, "string_type", "Input should be a valid string", input);
    const { minLength, maxLength, pattern } = this.rules;
    if (minLength !== undefined && input.length < minLength)
      return fail(
        issues,
        "string_too_short",
        `String should have at least ${minLength} character${minLength === 1 ? "" : "s"}`,
        input,
        {
          min_length: minLength,
        },
      );
    if (maxLength !== undefined && input.length > maxLength)
      return fail(
        issues,
        "string_too_long",
        `String should have at most ${maxLength} character${maxLength === 1 ? "" : "s"}`,
        input,
        {
          max_length: maxLength,
        },
      );
    if (pattern && !pattern.test(input))
      return fail(issues, "string_pattern_mismatch", `String should match pattern '${pattern.source}'`, input, {
        pattern: pattern.source,
      });
    return input;
  }
  write(value: string): string {
    return JSON.stringify(value);
  }
  describe(): JsonSchema {
    const { minLength, maxLength, pattern } = this.rules;
    return {
      ...(maxLength !== undefined && { maxLength }),
      ...(minLength !== undefined && { minLength }),
      ...(pattern && { pattern: pattern.source }),
      type: "string",
    };
  }
  label(): string {
    return Object.keys(this.rules).length > 0 ? "constrained-str" : "str";
  }
  override fit(): Fit {
    return FIT.exact;
  }
}

export interface NumberRules {
  ge?: number;
  gt?: number;
  le?: number;
  lt?: number;
}

class IntegerNode extends Node<number> {
  readonly rules: NumberRules;
  constructor(rules: NumberRules) {
    super();
    this.rules = rules;
  }
  read(input: unknown, issues: Issue[]): number | Invalid {
    let value: number;
    if (typeof input === "number") value = input;
    else if (typeof input === "boolean") value = Number(input);
    else if (typeof input === "string" && /^\s*[+-]?\d+(\.0*)?\s*$/.test(input)) value = Number(input);
    else if (typeof input === "string")
      return fail(issues, "int_parsing", "Input should be a valid integer, unable to parse string as an integer", input);
    else return fail(issues, "int_type", "Input should be a valid integer", input);
    if (!Number.isInteger(value))
      return fail(issues, "int_from_float", "Input should be a valid integer, got a number with a fractional part", input);
    return bounded(value, this.rules, input, issues);
  }
  write(value: number): string {
    return String(value);
  }
  describe(): JsonSchema {
    return { ...bounds(this.rules), type: "integer" };
  }
  label(): string {
    return Object.keys(this.rules).length > 0 ? "constrained-int" : "int";
  }
  override fit(input: unknown): Fit {
    return typeof input === "number" ? FIT.exact : FIT.lax;
  }
}

class NumberNode extends Node<number> {
  readonly rules: NumberRules;
  constructor(rules: NumberRules) {
    super();
    this.rules = rules;
  }
  read(input: unknown, issues: Issue[]): number | Invalid {
    if (typeof input === "number") return bounded(input, this.rules, input, issues);
    if (typeof input === "boolean") return bounded(Number(input), this.rules, input, issues);
    if (typeof input !== "string") return fail(issues, "float_type", "Input should be a valid number", input);
    const value = input.trim() === "" ? Number.NaN : Number(input);
    if (Number.isNaN(value))
      return fail(issues, "float_parsing", "Input should be a valid number, unable to parse string as a number", input);
    return bounded(value, this.rules, input, issues);
  }
  write(value: number): string {
    return floatText(value);
  }
  describe(): JsonSchema {
    return { ...bounds(this.rules), type: "number" };
  }
  label(): string {
    return Object.keys(this.rules).length > 0 ? "constrained-float" : "float";
  }
  override fit(input: unknown): Fit {
    return typeof input !== "number" ? FIT.lax : Number.isInteger(input) ? FIT.strict : FIT.exact;
  }
}

/** A float as Python prints it. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return "null";
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

function bounds(rules: NumberRules): JsonSchema {
  return {
    ...(rules.ge !== undefined && { minimum: rules.ge }),
    ...(rules.gt !== undefined && { exclusiveMinimum: rules.gt }),
    ...(rules.le !== undefined && { maximum: rules.le }),
    ...(rules.lt !== undefined && { exclusiveMaximum: rules.lt }),
  };
}

function bounded(value: number, rules: NumberRules, input: unknown, issues: Issue[]): number | Invalid {
  const { ge, gt, le, lt } = rules;
  if (le !== undefined && value > le)
    return fail(issues, "less_than_equal", `Input should be less than or equal to ${le}`, input, { le });
  if (lt !== undefined && value >= lt) return fail(issues, "less_than", `Input should be less than ${lt}`, input, { lt });
  if (ge !== undefined && value < ge)
    return fail(issues, "greater_than_equal", `Input should be greater than or equal to ${ge}`, input, { ge });
  if (gt !== undefined && value <= gt) return fail(issues, "greater_than", `Input should be greater than ${gt}`, input, { gt });
  return value;
}

const TRUE = new Set<unknown>([true, 1, "1", "true", "t", "yes", "y", "on"]);
const FALSE = new Set<unknown>([false, 0, "0", "false", "f", "no", "n", "off"]);

class BooleanNode extends Node<boolean> {
  read(input: unknown, issues: Issue[]): boolean | Invalid {
    const key = typeof input === "string" ? input.toLowerCase() : input;
    if (TRUE.has(key)) return true;
    if (FALSE.has(key)) return false;
    if (typeof input === "string" || typeof input === "number")
      return fail(issues, "bool_parsing", "Input should be a valid boolean, unable to interpret input", input);
    return fail(issues, "bool_type", "Input should be a valid boolean", input);
  }
  write(value: boolean): string {
    return value ? "true" : "false";
  }
  describe(): JsonSchema {
    return { type: "boolean" };
  }
  label(): string {
    return "bool";
  }
  override fit(input: unknown): Fit {
    return typeof input === "boolean" ? FIT.exact : FIT.lax;
  }
}

class UuidNode extends Node<string> {
  read(input: unknown, issues: Issue[]): string | Invalid {
    if (typeof input !== "string") return fail(issues, "uuid_type", "UUID input should be a string, bytes or UUID object", input);
    const hex = input
      .replace(/^urn:uuid:/, "")
      .replace(/^\{(.*)\}$/, "$1")
      .toLowerCase();
    if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(hex)) return hex;
    if (/^[0-9a-f]{32}$/.test(hex)) return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return fail(issues, "uuid_parsing", "Input should be a valid UUID", input, { error: "invalid" });
  }
  write(value: string): string {
    return `"${value}"`;
  }
  describe(): JsonSchema {
    return { format: "uuid", type: "string" };
  }
  label(): string {
    return "uuid";
  }
}

class TimestampNode extends Node<Timestamp> {
  read(input: unknown, issues: Issue[]): Timestamp | Invalid {
    return (
      parseTimestamp(input) ??
      fail(issues, "datetime_from_date_parsing", "Input should be a valid datetime or date", input, { error: "invalid" })
    );
  }
  write(value: Timestamp): string {
    return `"${value}"`;
  }
  describe(): JsonSchema {
    return { format: "date-time", type: "string" };
  }
  label(): string {
    return "datetime";
  }
}

class DurationNode extends Node<number> {
  read(input: unknown, issues: Issue[]): number | Invalid {
    if (typeof input === "number") return input;
    if (typeof input !== "string") return fail(issues, "time_delta_type", "Input should be a valid timedelta", input);
    const clock = /^(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(input);
    if (clock) return Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0);
    const iso = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(input);
    if (iso) {
      const seconds = Number(iso[2] ?? 0) * 86400 + Number(iso[3] ?? 0) * 3600 + Number(iso[4] ?? 0) * 60 + Number(iso[5] ?? 0);
      return iso[1] ? -seconds : seconds;
    }
    const plain = Number(input);
    if (input.trim() !== "" && !Number.isNaN(plain)) return plain;
    return fail(issues, "time_delta_parsing", "Input should be a valid timedelta, invalid", input, { error: "invalid" });
  }
  write(value: number): string {
    return floatText(value);
  }
  describe(writer: { mode: string }): JsonSchema {
    return writer.mode === "serialization" ? { type: "number" } : { format: "duration", type: "string" };
  }
  label(): string {
    return "timedelta";
  }
}

/** Appends an issue; returns INVALID, so that readers can `return fail(...)`. */
export function fail(issues: Issue[], type: string, msg: string, input: unknown, ctx?: Record<string, unknown>): Invalid {
  issues.push({ type, loc: [], msg, input, ...(ctx && { ctx }) });
  return INVALID;
}

/** Text, with limits counted in code points. */
export function string(rules: StringRules = {}): Node<string> {
  return new StringNode(rules);
}

/** A name of the product: not empty, none of / % & > <. */
export function name(): Node<string> {
  return new StringNode({ minLength: 1 });
}

/** A whole number. */
export function integer(rules: NumberRules = {}): Node<number> {
  return new IntegerNode(rules);
}

/** A float, written as Python writes it: 1 is `1.0`. */
export function number(rules: NumberRules = {}): Node<number> {
  return new NumberNode(rules);
}

export function boolean(): Node<boolean> {
  return new BooleanNode();
}

/** A UUID of any spelling, read as lower case with hyphens. */
export function uuid(): Node<string> {
  return new UuidNode();
}

/** A moment, read as UTC with microseconds. */
export function timestamp(): Node<Timestamp> {
  return new TimestampNode();
}

/** A span of time in seconds. */
export function duration(): Node<number> {
  return new DurationNode();
}
