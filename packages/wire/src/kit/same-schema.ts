/** What documents say in sentences, which are each project's own. */
const SAID = new Set(["description", "examples"]);
const MOST_SHOWN = 8;

/** Where two JSON Schemas differ beyond their sentences, one line for each place. */
export function schemaDifferences(ours: unknown, theirs: unknown, place = "$"): string[] {
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    // the order of required keys follows their classes, which is nobody's promise
    const [left, right] = place.endsWith(".required") ? [sorted(ours), sorted(theirs)] : [ours, theirs];
    return left.flatMap((item, index) => schemaDifferences(item, right[index], `${place}[${index}]`));
  }
  if (!isObject(ours) || !isObject(theirs))
    return Object.is(ours, theirs) ? [] : [`${place}: ${shown(ours)}, theirs ${shown(theirs)}`];
  const names = isNaming(place);
  const keys = Object.keys({ ...ours, ...theirs }).filter(
    (key) => names || !(SAID.has(key) || isEmptyRequired(key, ours, theirs)),
  );
  return keys.flatMap((key) => schemaDifferences(ours[key], theirs[key], `${place}.${key}`));
}

/** Throws an error that shows the first differences. */
export function assertSameSchema(ours: unknown, theirs: unknown): void {
  const differences = schemaDifferences(ours, theirs);
  if (differences.length === 0) return;
  const more = differences.length > MOST_SHOWN ? [`and ${differences.length - MOST_SHOWN} more`] : [];
  throw new Error(["the schemas differ", ...differences.slice(0, MOST_SHOWN), ...more].join("\n  "));
}

/** Whether the keys at this place are names that somebody chose, and not words of JSON Schema. */
function isNaming(place: string): boolean {
  return /\.(?:properties|\$defs|mapping|default)$/.test(place);
}

/** That no key is required may be said by an empty list. */
function isEmptyRequired(key: string, ...schemas: Record<string, unknown>[]): boolean {
  return (
    key === "required" &&
    schemas.every(({ required }) => required === undefined || (Array.isArray(required) && required.length === 0))
  );
}

function sorted(items: readonly unknown[]): unknown[] {
  return items.toSorted((one, other) => String(one).localeCompare(String(other)));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
