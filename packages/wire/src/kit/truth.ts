import { exactSource } from "./json-number.ts";

/** Whether Python takes the JSON value for true: not null, false, zero, and nothing empty. */
export function isTruthy(input: unknown): boolean {
  const exact = exactSource(input);
  if (exact !== undefined) return Number(exact) !== 0;
  return typeof input === "object" && input !== null ? Object.keys(input).length > 0 : Boolean(input);
}

/** Whether Python takes the JSON value for the number zero: 0, 0.0 or false. */
export function isZero(input: unknown): boolean {
  const exact = exactSource(input);
  return exact === undefined ? input === 0 || input === false : Number(exact) === 0;
}
