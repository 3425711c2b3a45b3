import { type CustomTypesConfig, type FieldDef, types } from "pg";
import { type Column, JsonText, type Timestamp } from "@praetor/wire";
import { ClientDataError } from "./failures.ts";

const { builtins } = types;

const LENGTH_WITH_MICROSECONDS = "2026-11-23 06:16:41.782626+00".length;

/**
 * PostgreSQL's text of a timestamptz in a session whose time zone is UTC (`2026-11-23 06:16:41.78+00`) in canonical
 * form: microseconds of six digits, or none when zero.
 */
export function timestampOf(text: string): Timestamp {
  if (!text.endsWith("+00") || text[10] !== " ") throw new Error("A timestamp is out of the range of years 1 to 9999.");
  if (text.length === LENGTH_WITH_MICROSECONDS) return `${text.slice(0, 10)}T${text.slice(11, 26)}Z` as Timestamp;
  const seconds = `${text.slice(0, 10)}T${text.slice(11, 19)}`;
  const fraction = text.slice(20, -3);
  return (fraction === "" ? `${seconds}Z` : `${seconds}.${fraction.padEnd(6, "0")}Z`) as Timestamp;
}

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error("An integer of the database is too large for a JavaScript number.");
  return value;
}

type Parser = (text: string) => unknown;

/** What one value of a type becomes; other types stay text or follow the driver. */
const scalars: readonly (readonly [oid: number, arrayOid: number, parser: Parser])[] = [
  [builtins.TIMESTAMPTZ, 1185, timestampOf],
  [builtins.INT8, 1016, integerOf],
  [builtins.JSON, 199, (text) => new JsonText(text)],
  [builtins.JSONB, 3807, (text) => JSON.parse(text)],
  [builtins.NUMERIC, 1231, Number],
  // As JavaScript dates and objects these would lose digits.
  [builtins.TIMESTAMP, 1115, String],
  [builtins.DATE, 1182, String],
  [builtins.INTERVAL, 1187, String],
];

const parsers = new Map<number, Parser>(
  scalars.flatMap(([oid, arrayOid, parser]) => [
    [oid, parser],
    [arrayOid, (text: string) => parseItems(splitArray(text), parser)],
  ]),
);

const TEXT_ARRAY = 1009;

/** How the driver by itself reads a type; its declaration knows only some of them. */
const driversParser = types.getTypeParser as (oid: number) => Parser;

/** Reads the arrays of every type as texts. */
const splitArray = driversParser(TEXT_ARRAY) as (text: string) => Items;

type Items = readonly (string | null | Items)[];

function parseItems(items: Items, parser: Parser): unknown[] {
  return items.map((item) => (item === null ? null : typeof item === "string" ? parser(item) : parseItems(item, parser)));
}

/** The type parsers of every connection of ours, in the form that `pg` takes. */
export const columnTypes: CustomTypesConfig = {
  getTypeParser: (...[oid, format]: Parameters<typeof types.getTypeParser>) =>
    parsers.get(oid) ?? types.getTypeParser(oid, format),
};

/** For rows that are not to be parsed yet. */
export const asTexts: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

const unparsed = driversParser(builtins.TEXT);
const STRUCTURED: ReadonlySet<number> = new Set([builtins.JSONB, TEXT_ARRAY]);

/** A column as the driver describes it. */
export function columnOf({ name, dataTypeID: type }: Pick<FieldDef, "name" | "dataTypeID">): Column {
  const parse = parsers.get(type) ?? driversParser(type);
  return { name, type, structured: STRUCTURED.has(type), ...(parse !== unparsed && { parse }) };
}

/**
 * A parameter as PostgreSQL reads it. Arrays become PostgreSQL arrays; plain objects and `JsonText` become JSON text.
 *
 * @throws ClientDataError on text with a NUL character or half a surrogate pair.
 */
function encodeParameter(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return storable(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof JsonText) return storable(value.text);
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return encodeArray(value);
  if (typeof value !== "object" || value instanceof Date) throw new TypeError(`A ${typeof value} or Date is no parameter.`);
  return storable(JSON.stringify(value));
}

/** The protocol counts them in sixteen bits. */
const mostParameters = 65_535;

/** @throws ClientDataError as `encodeParameter`, and when there are more than a statement can have */
export function encodeParameters(values: readonly unknown[]): (string | Uint8Array | null)[] {
  if (values.length > mostParameters) throw new ClientDataError(`A statement has more than ${mostParameters} parameters.`);
  return values.map(encodeParameter);
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
