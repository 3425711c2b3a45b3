import type { Code } from "./code.ts";
import { DurationFault, parseDuration, roundedSeconds } from "./duration-text.ts";
import { fitsLoosely } from "./fit.ts";
import { exactSource } from "./json-number.ts";
import type { JsonSchema } from "./json-schema.ts";
import { floatText } from "./number.ts";
import { fail, type Invalid, type Issue, Node } from "./schema.ts";

class DurationNode extends Node<number> {
  private readonly positive: boolean;

  constructor(positive: boolean) {
    super();
    this.positive = positive;
  }

  read(input: unknown, issues: Issue[]): number | Invalid {
    fitsLoosely();
    const seconds = secondsOf(input);
    if (seconds === undefined) return fail(issues, "time_delta_type", "Input should be a valid timedelta", input);
    if (seconds instanceof DurationFault) {
      const error = seconds.message;
      return fail(issues, "time_delta_parsing", `Input should be a valid timedelta, ${error}`, input, { error });
    }
    if (!this.positive || seconds > 0) return seconds;
    return fail(issues, "greater_than", "Input should be greater than 0 seconds", seconds, { gt: "0 seconds" });
  }

  write(value: number): string {
    return floatText(value);
  }

  override writeCode(code: Code, value: string): string {
    return `${code.bind(floatText)}(${value})`;
  }

  describe(): JsonSchema {
    return { type: "number" };
  }

  label(): string {
    return "timedelta";
  }

  holds(value: unknown): boolean {
    return typeof value === "number";
  }
}

function secondsOf(input: unknown): number | DurationFault | undefined {
  if (typeof input === "string") return parseDuration(input);
  if (typeof input === "number" || typeof input === "boolean") return roundedSeconds(Number(input));
  const exact = exactSource(input);
  return exact === undefined ? undefined : roundedSeconds(Number(exact));
}

/** A span of time: seconds, an ISO 8601 duration or a clock; the value is in seconds, to the microsecond. */
export function duration({ positive = false } = {}): Node<number> {
  return new DurationNode(positive);
}
