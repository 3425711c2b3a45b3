import { apiError } from "../errors.ts";

const MAXIMUM = 200;

/**
 * The limit of a list route, which has a refusal of its own text instead of a validation error.
 * @throws ApiError `limit_too_high`, `limit_negative`
 */
export function checkLimit(limit: number): number {
  if (limit > MAXIMUM) throw apiError("limit_too_high");
  if (limit < 0) throw apiError("limit_negative");
  return limit;
}

/** How many pages `count` rows make; a limit of none makes none. */
export function pageCount(count: number, limit: number): number {
  return limit === 0 ? 0 : Math.ceil(count / limit);
}
