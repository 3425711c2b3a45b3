import type { Code } from "./code.ts";
import { codePoints } from "./code-points.ts";
import type { JsonSchema } from "./json-schema.ts";
import { quote } from "./quote.ts";
import { fail, type Invalid, type Issue, Node } from "./schema.ts";

export interface StringRules {
  /** In code points, as Python counts. */
  minLength?: number;
  maxLength?: number;
  pattern?: RegExp;
  /** Takes NUL characters out instead of refusing them. */
  stripNul?: boolean;
}

class StringNode extends Node<string> {
  private readonly rules: StringRules;
  private readonly isPlain: boolean;

  constructor(rules: StringRules) {
    super();
    this.rules = rules;
    this.isPlain = Object.keys(rules).length === 0;
  }

  read(input: unknown, issues: Issue[]): string | Invalid {
    if (typeof input !== "string") return fail(issues, "string_type", "Input should be a valid string", input);
    if (this.isPlain) return isStorable(input) ? input : refuse(input, issues);
    const text = this.rules.stripNul ? input.replaceAll("\0", "") : input;
    return isStorable(text) ? this.limited(text, issues) : refuse(text, issues);
  }

  private limited(text: string, issues: Issue[]): string | Invalid {
    const { minLength, maxLength, pattern } = this.rules;
    const length = minLength === undefined && maxLength === undefined ? 0 : codePoints(text);
    if (maxLength !== undefined && length > maxLength) {
      const most = `String should have at most ${maxLength} ${plural(maxLength)}`;
      return fail(issues, "string_too_long", most, text, { max_length: maxLength });
    }
    if (minLength !== undefined && length < minLength) {
      const least = `String should have at least ${minLength} ${plural(minLength)}`;
      return fail(issues, "string_too_short", least, text, { min_length: minLength });
    }
    if (pattern !== undefined && !pattern.test(text)) {
      const expected = `String should match pattern '${pattern.source}'`;
      return fail(issues, "string_pattern_mismatch", expected, text, { pattern: pattern.source });
    }
    return text;
  }

  write(value: string): string {
    return quote(value);
  }

  override writeCode(code: Code, value: string): string {
    return `${code.bind(quote)}(${value})`;
  }

  override takesExactly(input: unknown): boolean {
    return typeof input === "string";
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
    const { minLength, maxLength, pattern } = this.rules;
    return minLength === undefined && maxLength === undefined && !pattern ? "str" : "constrained-str";
  }

  holds(value: unknown): boolean {
    return typeof value === "string";
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair; where the original answers 500, these are refused. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}

function refuse(text: string, issues: Issue[]): Invalid {
  if (!text.isWellFormed()) {
    return fail(issues, "string_unicode", "Input should be a valid string, unable to parse raw data as a unicode string", text);
  }
  return fail(issues, "value_error", "Value error, text must not contain NUL characters", text, { error: {} });
}

function plural(count: number): string {
  return count === 1 ? "character" : "characters";
}

/** Text. */
export function string(rules: StringRules = {}): Node<string> {
  return new StringNode(rules);
}

const NAME = /^[^/%&><]+$/;

/** The name of an object of the product: not empty, and without the characters that a path or a page would take amiss. */
export function name(): Node<string> {
  return new StringNode({ pattern: NAME });
}
