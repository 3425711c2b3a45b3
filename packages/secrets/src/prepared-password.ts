const spaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu;
// oxlint-disable-next-line no-misleading-character-class -- the list is that of RFC 3454, table B.1
const mappedToNothing = /[\u00AD\u034F\u1806\u180B-\u180D\u200C\u200D\u2060\uFE00-\uFE0F\uFEFF]/gu;

/** A password as PostgreSQL and its clients compute with it: SASLprep (RFC 4013), without what that forbids. */
export function preparedPassword(password: string): string {
  return password.replace(spaces, " ").replace(mappedToNothing, "").normalize("NFKC");
}

/**
 * Whether all clients of PostgreSQL compute with the same text. Where preparing changes a password, they differ: most leave one
 * alone in which SASLprep forbids something (a character newer than Unicode 3.2, both directions of writing), some do not.
 */
export function isPreparedAlike(password: string): boolean {
  return preparedPassword(password) === password;
}
