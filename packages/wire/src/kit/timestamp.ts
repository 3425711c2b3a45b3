import { exactSource } from "./json-number.ts";

declare const brand: unique symbol;

/** A moment in UTC: "2026-11-23T06:16:41.782626Z". The fraction has six digits or, when zero, is left out. */
export type Timestamp = string & { readonly [brand]: "Timestamp" };

/** A moment as whole seconds since 1970 and the microseconds after them. */
interface Moment {
  seconds: number;
  micros: number;
}

const FIRST_SECOND = -62135596800;
const LAST_SECOND = 253402300799;
/** Numbers beyond this, either way, are milliseconds. */
const MILLISECONDS_BEYOND = 2e10;

const CANONICAL =
  /^(?!0000)\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?!000000)\d{6})?Z$/;
const SPELLING =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt _]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d+))?)?(?:[Zz]|([+\-\u2212])(\d\d):?(\d\d))?)?$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/** Microseconds since 1970; exact until the year 2255. */
export function microseconds(timestamp: Timestamp): number {
  const { seconds, micros } = momentOf(timestamp);
  return seconds * 1e6 + micros;
}

/** The timestamp of a whole number of microseconds since 1970. Throws RangeError outside the years 1 to 9999. */
export function fromMicroseconds(count: number): Timestamp {
  const seconds = Math.floor(count / 1e6);
  return print(carried(seconds, count - seconds * 1e6));
}

/** The timestamp `seconds` later (earlier when negative), to the microsecond. Throws RangeError outside the years 1 to 9999. */
export function addSeconds(timestamp: Timestamp, seconds: number): Timestamp {
  const start = momentOf(timestamp);
  const whole = Math.floor(seconds);
  return print(carried(start.seconds + whole, start.micros + Math.round((seconds - whole) * 1e6)));
}

/** The seconds from `start` to `end`, negative when `end` is earlier. */
export function secondsBetween(start: Timestamp, end: Timestamp): number {
  const from = momentOf(start);
  const to = momentOf(end);
  return ((to.seconds - from.seconds) * 1e6 + (to.micros - from.micros)) / 1e6;
}

/** The timestamp that any accepted spelling means: RFC 3339, a bare date, seconds or milliseconds since 1970. */
export function parseTimestamp(input: unknown): Timestamp | undefined {
  if (typeof input === "string")
    return CANONICAL.test(input) ? (input as Timestamp) : (fromSpelling(input) ?? fromDecimal(input));
  if (typeof input === "number") return fromNumber(input);
  const exact = exactSource(input);
  return exact === undefined ? undefined : fromNumber(Number(exact));
}

function fromSpelling(text: string): Timestamp | undefined {
  const match = SPELLING.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = "", sign, zoneHour = 0, zoneMinute = 0] = match;
  const midnight = Date.UTC(2000, Number(month) - 1, Number(day));
  const date = new Date(midnight);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999, and days past the end of a month for those of the next
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  const offset = Number(zoneHour) * 3600 + Number(zoneMinute) * 60;
  if (offset >= 86400) return undefined;
  const clock = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const seconds = date.getTime() / 1000 + clock + (sign === "+" ? -offset : offset);
  return printInRange({ seconds, micros: Number(fraction.slice(0, 6).padEnd(6, "0")) });
}

function fromDecimal(text: string): Timestamp | undefined {
  return DECIMAL.test(text) ? fromNumber(Number(text)) : undefined;
}

function fromNumber(value: number): Timestamp | undefined {
  const whole = Math.floor(value);
  const rest = value - whole;
  if (Math.abs(value) <= MILLISECONDS_BEYOND) return printInRange(carried(whole, Math.round(rest * 1e6)));
  const seconds = Math.floor(whole / 1000);
  return printInRange(carried(seconds, (whole - seconds * 1000) * 1000 + Math.round(rest * 1000)));
}

/** Microseconds may be short of, or beyond, one second. */
function carried(seconds: number, micros: number): Moment {
  const carry = Math.floor(micros / 1e6);
  return { seconds: seconds + carry, micros: micros - carry * 1e6 };
}

function momentOf(timestamp: Timestamp): Moment {
  const micros = timestamp.length > 20 ? digits(timestamp, 20, 26) : 0;
  const day = daysSince1970(digits(timestamp, 0, 4), digits(timestamp, 5, 7), digits(timestamp, 8, 10));
  const second = (digits(timestamp, 11, 13) * 60 + digits(timestamp, 14, 16)) * 60 + digits(timestamp, 17, 19);
  return { seconds: day * 86_400 + second, micros };
}

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index++) value = value * 10 + text.charCodeAt(index) - 48;
  return value;
}

/** Of a day of the Gregorian calendar. Years are taken to begin in March, so that the leap day is their last. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function printInRange(moment: Moment): Timestamp | undefined {
  return moment.seconds >= FIRST_SECOND && moment.seconds <= LAST_SECOND ? print(moment) : undefined;
}

function print({ seconds, micros }: Moment): Timestamp {
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND)) throw new RangeError("a timestamp must be in the years 1 to 9999");
  const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0")}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z` as Timestamp;
}
