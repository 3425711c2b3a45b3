const UNSTORABLE = /[\0\uD800-\uDFFF]/u;
// How JSON.stringify writes them.
const UNSTORABLE_ESCAPE = /\\u(?:0000|d[89a-f])/;

/** Text without what PostgreSQL cannot hold: NUL characters go, halves of surrogate pairs become U+FFFD. */
export function storable(text: string): string {
  return UNSTORABLE.test(text) ? text.replaceAll("\0", "").toWellFormed() : text;
}

/** The JSON text of a plain value, its texts and keys made storable. */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return UNSTORABLE_ESCAPE.test(text) ? JSON.stringify(cleaned(value)) : text;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return storable(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [storable(key), cleaned(part)]));
}
