let made = 0;

/** An id that no other call of this process gives; ascending. */
export function testId(): string {
  made += 1;
  return `01900000-0000-7000-8000-${made.toString(16).padStart(12, "0")}`;
}
