import { exactSource } from "@praetor/wire";

/** A part of a JSON document as `parseJson` gives it: numbers may be objects that know their spelling. */
export type Value = unknown;
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: Value): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && exactSource(value) === undefined;
}

/** The number that a value is; undefined where it is none. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  const source = exactSource(value);
  return source === undefined ? undefined : Number(source);
}

const TYPES: Readonly<Record<string, (value: Value) => boolean>> = {
  object: isObject,
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  number: (value) => numberOf(value) !== undefined,
  integer: (value) => Number.isInteger(numberOf(value)),
};

/** Whether the value is of a type of JSON Schema; of one that does not exist nothing is. */
export function isType(value: Value, type: unknown): boolean {
  return typeof type === "string" && Object.hasOwn(TYPES, type) && TYPES[type]?.(value) === true;
}

/** Whether two values are the same JSON: 1 is 1.0, and true is not 1. */
export function isEqual(one: Value, other: Value): boolean {
  const number = numberOf(one);
  if (number !== undefined) return number === numberOf(other);
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  }
  if (!isObject(one)) return one === other;
  if (!isObject(other)) return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key], other[key]))
  );
}

/** The value as Python prints it, which is how clients know the messages. */
export function printed(value: Value): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return printedText(value);
  if (Array.isArray(value)) return `[${value.map(printed).join(", ")}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${printedText(key)}: ${printed(item)}`)
      .join(", ")}}`;
  return exactSource(value) ?? JSON.stringify(value);
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Quoted singly, or doubly where the text holds single quotes and no double ones. */
export function printedText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // oxlint-disable-next-line no-control-regex -- Python writes control characters as escapes
  const escaped = text.replace(/[\\\n\r\t\u0000-\u001f\u007f]/g, (character) => ESCAPES[character] ?? hexadecimal(character));
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

const hexadecimal = (character: string) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
