import { types } from "pg";
import { JsonText, type Timestamp } from "@praetor/wire";
import { ClientDataError } from "./failures.ts";

const { builtins } = types;

/**
 * PostgreSQL's text of a timestamptz in a session whose time zone is UTC (`2026-11-23 06:16:41.78+00`) in canonical
 * form: microseconds of six digits, or none when zero.
 */
export function timestampOf(text: string): Timestamp {
  if (!text.endsWith("+00") || text.length < 22) throw new Error("A timestamp is out of the range of years 1 to 9999.");
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  const fraction = text.slice(20, -3);
  return (fraction === "" ? `${seconds}Z` : `${seconds}.${fraction.padEnd(6, "0")}Z`) as Timestamp;
}

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error("An integer of the database is too large for a JavaScript number.");
  return value;
}

const parsers = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, timestampOf],
  [builtins.INT8, integerOf],
  [builtins.JSON, (text) => new JsonText(text)],
  [builtins.NUMERIC, Number],
]);

const asText = (text: string): unknown => text;
// `timestamp`, `date` and `interval` would become JavaScript dates and objects, which lose digits.
for (const type of [builtins.TIMESTAMP, builtins.DATE, builtins.INTERVAL, builtins.TIME, builtins.TIMETZ])
  parsers.set(type, asText);

/** The type parsers of every connection of ours, in the form that `pg` takes. */
export const columnTypes = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    (format !== "binary" && parsers.get(oid)) || types.getTypeParser(oid, format as "text")) as typeof types.getTypeParser,
};

/**
 * A parameter as PostgreSQL reads it. Arrays become PostgreSQL arrays; plain objects and `JsonText` become JSON text.
 *
 * @throws ClientDataError on text with a NUL character or half a surrogate pair.
 */
export function encodeParameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return storable(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof JsonText) return storable(value.text);
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return encodeArray(value);
  return storable(JSON.stringify(value));
}

/** PostgreSQL's array literal. */
function encodeArray(items: readonly unknown[]): string {
  return `{${items.map(encodeElement).join(",")}}`;
}

function encodeElement(item: unknown): string {
  if (Array.isArray(item)) return encodeArray(item);
  if (typeof item === "number" || typeof item === "boolean") return String(item);
  if (item instanceof Uint8Array) return `"\\\\x${Buffer.from(item).toString("hex")}"`;
  const text = encodeParameter(item);
  return text === null ? "NULL" : quoted(String(text));
}

const special = /["\\]/;
const quoted = (text: string) => `"${special.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;

function storable(text: string): string {
  if (text.includes("\0")) throw new ClientDataError("A text holds a NUL character, which the database cannot store.");
  if (!text.isWellFormed()) throw new ClientDataError("A text holds half of a surrogate pair, which has no UTF-8 form.");
  return text;
}
