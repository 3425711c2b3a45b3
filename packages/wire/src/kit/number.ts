import { bounded, bounds, isBounded, type NumberRules } from "./bounds.ts";
import type { Code } from "./code.ts";
import { fitsLoosely, fitsStrictly } from "./fit.ts";
import { exactSource, isFloatSource } from "./json-number.ts";
import type { JsonSchema } from "./json-schema.ts";
import { fail, INVALID, type Invalid, type Issue, Node } from "./schema.ts";

const TEXT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;

class NumberNode extends Node<number> {
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
    const value = typeof input === "number" ? fromNumber(input) : this.coerced(input, issues);
    return value === INVALID || this.isPlain ? value : bounded(value, this.rules, input, issues);
  }

  private coerced(input: unknown, issues: Issue[]): number | Invalid {
    const exact = exactSource(input);
    if (exact !== undefined) {
      if (!isFloatSource(exact)) fitsStrictly();
      return finite(Number(exact), input, issues);
    }
    if (this.strict || (typeof input !== "string" && typeof input !== "boolean"))
      return fail(issues, "float_type", "Input should be a valid number", input);
    fitsLoosely();
    if (typeof input === "boolean") return Number(input);
    const text = input.trim();
    if (TEXT.test(text)) return finite(Number(text.replaceAll("_", "")), input, issues);
    return fail(issues, "float_parsing", "Input should be a valid number, unable to parse string as a number", input);
  }

  write(value: number): string {
    return floatText(value);
  }

  override writeCode(code: Code, value: string): string {
    return `${code.bind(floatText)}(${value})`;
  }

  describe(): JsonSchema {
    return { ...bounds(this.rules), type: "number" };
  }

  label(): string {
    return this.isPlain ? "float" : "constrained-float";
  }

  holds(value: unknown): boolean {
    return typeof value === "number";
  }
}

/** A plain number of JSON: an integer, by its spelling, when it has no fraction. */
function fromNumber(input: number): number {
  if (Number.isInteger(input)) fitsStrictly();
  // `-0` is an integer to Python, and integers have one zero.
  return input + 0;
}

function finite(value: number, input: unknown, issues: Issue[]): number | Invalid {
  return Number.isFinite(value) ? value : fail(issues, "finite_number", "Input should be a finite number", input);
}

/** The JSON text of a float as Python prints it: always with a fraction or an exponent. */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? "-0.0" : `${value}.0`;
  return Number.isFinite(value) ? String(value) : "null";
}

/** A finite float, written as Python writes it: 1 is `1.0`. */
export function number(rules: NumberRules & { strict?: boolean } = {}): Node<number> {
  return new NumberNode(rules);
}
