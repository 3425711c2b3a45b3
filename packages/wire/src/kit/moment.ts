import type { Code } from "./code.ts";
import { fitsLoosely } from "./fit.ts";
import type { JsonSchema } from "./json-schema.ts";
import { complain, fail, type Invalid, type Issue, Node } from "./schema.ts";
import { parseTimestamp, type Timestamp } from "./timestamp.ts";

class TimestampNode extends Node<Timestamp> {
  read(input: unknown, issues: Issue[]): Timestamp | Invalid {
    fitsLoosely();
    return parseTimestamp(input) ?? refuse(input, issues);
  }

  write(value: Timestamp): string {
    return `"${value}"`;
  }

  override writeCode(code: Code, value: string): string {
    return this.memberCode(code, "", value);
  }

  override memberCode(_code: Code, head: string, value: string): string {
    return `${JSON.stringify(`${head}"`)} + ${value} + '"'`;
  }

  describe(): JsonSchema {
    return { format: "date-time", type: "string" };
  }

  label(): string {
    return "function-wrap[_validate()]";
  }

  holds(value: unknown): boolean {
    return typeof value === "string" && parseTimestamp(value) === value;
  }
}

function refuse(input: unknown, issues: Issue[]): Invalid {
  if (typeof input !== "string") return fail(issues, "value_error", "value is not a valid datetime", input);
  return complain(issues, input === "" ? "year 0 is out of range" : `Unable to parse string [${input}]`, input);
}

/** A moment in any spelling; the value is in UTC with microseconds. */
export function timestamp(): Node<Timestamp> {
  return new TimestampNode();
}
