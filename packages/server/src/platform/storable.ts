const UNSTORABLE = /[\0\uD800-\uDFFF]/u;

/** Text without what PostgreSQL cannot hold: NUL characters go, halves of surrogate pairs become U+FFFD. */
export function storable(text: string): string {
  return UNSTORABLE.test(text) ? text.replaceAll("\0", "").toWellFormed() : text;
}
