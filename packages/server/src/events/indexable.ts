import { createHash } from "node:crypto";

// An index entry of PostgreSQL has room for about 2,700 bytes, and a character takes up to four.
const LONGEST = 512;
/** Prefixes up to this length can be compared with indexable ids. */
export const LONGEST_PREFIX = LONGEST - 65;

/**
 * A resource id as the columns that are indexed hold it: ids have no length limit, so a long one becomes its beginning
 * and a digest of the whole. Equal ids have equal forms and, digests being what they are, only they.
 */
export function indexable(id: string): string {
  if (id.length <= LONGEST) return id;
  const digest = createHash("sha256").update(id).digest("hex");
  return `${id.slice(0, LONGEST_PREFIX).toWellFormed()}#${digest}`;
}
