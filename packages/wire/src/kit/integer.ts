import { bounded, bounds, isBounded, type NumberRules } from "./bounds.ts";
import type { Code } from "./code.ts";
import { fitsLoosely } from "./fit.ts";
import { exactSource, isFloatSource } from "./json-number.ts";
import type { JsonSchema } from "./json-schema.ts";
import { fail, INVALID, type Invalid, type Issue, Node } from "./schema.ts";

const TEXT = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;

class IntegerNode extends Node<number> {
  private readonly rules: NumberRules;
  private readonly strict: boolean;
  private readonly isPlain: boolean;

  constructor({ strict = false, ...rules }: NumberRules & { strict?: boolean }) {
    super();
    this.rules = rules;
    this.strict = strict;
    this.isPlain = !isBounded(rules);
  }

  read(input: unknown, issues: Issue[]): number | Invalid {
    const value = Number.isSafeInteger(input) ? (input as number) + 0 : this.coerced(input, issues);
    return value === INVALID || this.isPlain ? value : bounded(value, this.rules, input, issues);
  }

  private coerced(input: unknown, issues: Issue[]): number | Invalid {
    const exact = exactSource(input);
    if (this.strict && (exact === undefined || isFloatSource(exact))) return refuse(input, issues);
    fitsLoosely();
    if (exact !== undefined) return whole(Number(exact), input, issues);
    if (typeof input === "number") return whole(input, input, issues);
    if (typeof input === "boolean") return Number(input);
    if (typeof input !== "string") return refuse(input, issues);
    const text = input.trim();
    if (TEXT.test(text)) return whole(Number(text.replaceAll("_", "")), input, issues);
    return fail(issues, "int_parsing", "Input should be a valid integer, unable to parse string as an integer", input);
  }

  write(value: number): string {
    return String(value);
  }

  override writeCode(_code: Code, value: string): string {
    return value;
  }

  override takesExactly(input: unknown): boolean {
    return Number.isSafeInteger(input);
  }

  describe(): JsonSchema {
    return { ...bounds(this.rules), type: "integer" };
  }

  label(): string {
    return this.isPlain ? "int" : "constrained-int";
  }

  holds(value: unknown): boolean {
    return Number.isInteger(value);
  }
}

function refuse(input: unknown, issues: Issue[]): Invalid {
  return fail(issues, "int_type", "Input should be a valid integer", input);
}

/** A number that has no fraction and is one that a double holds; Python's integers know no limit, the columns do. */
function whole(value: number, input: unknown, issues: Issue[]): number | Invalid {
  if (Number.isSafeInteger(value)) return value + 0;
  if (Number.isFinite(value) && !Number.isInteger(value))
    return fail(issues, "int_from_float", "Input should be a valid integer, got a number with a fractional part", input);
  return fail(issues, "int_parsing_size", "Unable to parse input string as an integer, exceeded maximum size", input);
}

/** A whole number that a double holds. */
export function integer(rules: NumberRules & { strict?: boolean } = {}): Node<number> {
  return new IntegerNode(rules);
}
