declare const brand: unique symbol;

/** A moment in UTC: "2026-11-23T06:16:41.782626Z"; the fraction has six digits or, when zero, none. */
export type Timestamp = string & { readonly [brand]: "Timestamp" };

const FORM = /^(\d{4})-(\d\d)-(\d\d)(?:[T _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Microseconds since 1970. */
export function microseconds(timestamp: Timestamp): number {
  const millis = Date.parse(`${timestamp.slice(0, 19)}Z`);
  return millis * 1000 + (timestamp.length > 20 ? Number(timestamp.slice(20, 26)) : 0);
}

/** The timestamp of a count of microseconds since 1970. */
export function fromMicroseconds(count: number): Timestamp {
  const whole = Math.floor(count / 1e6);
  const fraction = count - whole * 1e6;
  const seconds = new Date(whole * 1000).toISOString().slice(0, 19);
  return `${seconds}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}Z` as Timestamp;
}

/** The timestamp `seconds` later (earlier when negative), to the microsecond. */
export function addSeconds(timestamp: Timestamp, seconds: number): Timestamp {
  return fromMicroseconds(microseconds(timestamp) + Math.round(seconds * 1e6));
}

/** The seconds from `start` to `end`, negative when `end` is earlier. */
export function secondsBetween(start: Timestamp, end: Timestamp): number {
  return (microseconds(end) - microseconds(start)) / 1e6;
}

/** Reads every spelling that clients send; undefined when it is none. */
export function parseTimestamp(input: unknown): Timestamp | undefined {
  if (typeof input === "number") return fromNumber(input);
  if (typeof input !== "string") return undefined;
  const match = FORM.exec(input);
  if (!match) return /^-?\d+(\.\d+)?$/.test(input) ? fromNumber(Number(input)) : undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(millis) ? undefined : fromMicroseconds(millis * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6)));
}

/** Numbers are seconds, or milliseconds beyond 2 * 10^10. */
function fromNumber(value: number): Timestamp | undefined {
  const seconds = Math.abs(value) > 2e10 ? value / 1000 : value;
  return Number.isFinite(seconds) && Math.abs(seconds) < 2.5e11 ? fromMicroseconds(Math.round(seconds * 1e6)) : undefined;
}
