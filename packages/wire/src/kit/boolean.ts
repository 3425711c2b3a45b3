import type { Code } from "./code.ts";
import { fitsLoosely } from "./fit.ts";
import { exactSource } from "./json-number.ts";
import type { JsonSchema } from "./json-schema.ts";
import { fail, type Invalid, type Issue, Node } from "./schema.ts";

const TRUE = new Set(["1", "true", "t", "yes", "y", "on"]);
const FALSE = new Set(["0", "false", "f", "no", "n", "off"]);

class BooleanNode extends Node<boolean> {
  private readonly strict: boolean;

  constructor(strict: boolean) {
    super();
    this.strict = strict;
  }

  read(input: unknown, issues: Issue[]): boolean | Invalid {
    return typeof input === "boolean" ? input : this.coerced(input, issues);
  }

  private coerced(input: unknown, issues: Issue[]): boolean | Invalid {
    fitsLoosely();
    const exact = exactSource(input);
    const given = exact === undefined ? input : Number(exact);
    if (this.strict || !(typeof given === "string" || Number.isSafeInteger(given)))
      return fail(issues, "bool_type", "Input should be a valid boolean", input);
    const word = String(given).toLowerCase();
    if (TRUE.has(word)) return true;
    if (FALSE.has(word)) return false;
    return fail(issues, "bool_parsing", "Input should be a valid boolean, unable to interpret input", input);
  }

  write(value: boolean): string {
    return value ? "true" : "false";
  }

  override writeCode(_code: Code, value: string): string {
    return value;
  }

  override takesExactly(input: unknown): boolean {
    return typeof input === "boolean";
  }

  describe(): JsonSchema {
    return { type: "boolean" };
  }

  label(): string {
    return "bool";
  }

  holds(value: unknown): boolean {
    return typeof value === "boolean";
  }
}

/** True or false, in the spellings that pydantic takes. */
export function boolean({ strict = false } = {}): Node<boolean> {
  return new BooleanNode(strict);
}
