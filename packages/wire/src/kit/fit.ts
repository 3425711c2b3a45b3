/**
 * How well the value being read fits its schema; smart unions choose by it, as pydantic does. Readers lower the level where they
 * coerce and models add the keys that were sent, so an exact value costs nothing. Reading is synchronous: one register serves all.
 */
export const fit = { level: 2, keys: -1 };

/** The value was taken without loss though its type is another (an integer for a float). */
export function fitsStrictly(): void {
  if (fit.level > 1) fit.level = 1;
}

/** The value was coerced. */
export function fitsLoosely(): void {
  fit.level = 0;
}

/** A model took `count` keys of its input. */
export function tookKeys(count: number): void {
  fit.keys = fit.keys < 0 ? count : fit.keys + count;
}
