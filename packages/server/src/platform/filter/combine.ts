import type { Operator } from "@praetor/wire";
import { Fragment, sql } from "../database/index.ts";

/** One criterion as SQL; undefined where it says nothing. */
export type Condition = Fragment | undefined;

const ALWAYS = sql`true`;

/** The criteria of one filter object, joined as it asks; an object that says nothing is true. */
export function combine(operator: Operator | null | undefined, conditions: readonly Condition[]): Fragment {
  const said = conditions.filter((condition) => condition !== undefined);
  if (said.length === 0) return ALWAYS;
  return sql`(${Fragment.join(said, operator === "or_" ? " or " : " and ")})`;
}

/** What a criterion says that was sent: one that says nothing is true of every row, and so decides among alternatives. */
export function given(criterion: object | null | undefined, says: Condition): Condition {
  return criterion ? (says ?? ALWAYS) : undefined;
}

/** Conditions that must all hold. */
export function every(conditions: readonly Condition[]): Fragment {
  return combine("and_", conditions);
}
