/** Fewer bits than this are guessed offline in days; the estimate is length times the bits of the characters' classes. */
const FEWEST_BITS = 50;
const FEWEST_DIFFERENT = 5;

/** What documents, charts and images come with, in lower case and without digits and marks at the end. */
export const defaultPasswords: readonly string[] =
  "admin administrator changeit changeme default example letmein master password passw0rd pass postgres postgresql prefect prefect-rocks prefectcloud qwerty redis replaceme root secret service superuser test todo welcome xxx".split(
    " ",
  );

const given = new Set(defaultPasswords);

/** Whether a password is one that documents, charts and images come with; digits and marks after it change nothing. */
export function isDefaultPassword(password: string): boolean {
  const bare = password.toLowerCase().replace(/[\d!@#$?._-]*$/, "");
  const squeezed = bare.replace(/[\s._-]/g, "");
  return given.has(password.toLowerCase()) || given.has(bare) || given.has(squeezed);
}

/** Why a password is weak, in words that do not show it; undefined when it is not. */
export function weaknessOf(password: string): string | undefined {
  const different = new Set(password).size;
  if (different < FEWEST_DIFFERENT) return `it has only ${different} different characters`;
  const bits = Math.floor(password.length * Math.log2(alphabetOf(password)));
  return bits < FEWEST_BITS
    ? `${password.length} characters of its kind are about ${bits} bits, and ${FEWEST_BITS} are the least`
    : undefined;
}

const classes: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[^A-Za-z0-9]/, 33],
];

function alphabetOf(password: string): number {
  return classes.reduce((sum, [pattern, size]) => sum + (pattern.test(password) ? size : 0), 0);
}
