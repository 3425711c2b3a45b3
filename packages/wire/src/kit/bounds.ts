import type { JsonSchema } from "./json-schema.ts";
import { fail, type Invalid, type Issue } from "./schema.ts";

/** The limits of a number. */
export interface NumberRules {
  ge?: number;
  gt?: number;
  le?: number;
  lt?: number;
}

export function isBounded({ ge, gt, le, lt }: NumberRules): boolean {
  return ge !== undefined || gt !== undefined || le !== undefined || lt !== undefined;
}

/** `value` if it keeps the limits, looked at in pydantic's order. */
export function bounded(value: number, { ge, gt, le, lt }: NumberRules, input: unknown, issues: Issue[]): number | Invalid {
  if (le !== undefined && value > le)
    return fail(issues, "less_than_equal", `Input should be less than or equal to ${le}`, input, { le });
  if (lt !== undefined && value >= lt) return fail(issues, "less_than", `Input should be less than ${lt}`, input, { lt });
  if (ge !== undefined && value < ge)
    return fail(issues, "greater_than_equal", `Input should be greater than or equal to ${ge}`, input, { ge });
  if (gt !== undefined && value <= gt) return fail(issues, "greater_than", `Input should be greater than ${gt}`, input, { gt });
  return value;
}

/** The limits in JSON Schema's words. */
export function bounds({ ge, gt, le, lt }: NumberRules): JsonSchema {
  return {
    ...(ge !== undefined && { minimum: ge }),
    ...(gt !== undefined && { exclusiveMinimum: gt }),
    ...(le !== undefined && { maximum: le }),
    ...(lt !== undefined && { exclusiveMaximum: lt }),
  };
}
