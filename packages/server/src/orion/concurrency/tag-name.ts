const PREFIX = "tag:";

/** The name of the limit of a tag. */
export function tagLimitName(tag: string): string {
  return PREFIX + tag;
}

/** Whether a limit is that of a tag. */
export function isTagLimit(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The tag of a limit that has one. */
export function tagOf(name: string): string {
  return name.slice(PREFIX.length);
}
