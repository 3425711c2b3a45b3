import { NumberText, type Tree } from "./json-tree.ts";

/**
 * The tree as Python's `json.dumps(sort_keys=True)` writes it: keys by code point, ", " and ": " between, ASCII only.
 * Clients hash this text, so every character counts.
 */
export function pythonJson(tree: Tree): string {
  if (tree === null) return "null";
  if (typeof tree === "boolean") return String(tree);
  if (typeof tree === "string") return pythonString(tree);
  if (tree instanceof NumberText) return pythonNumber(tree.text);
  if (Array.isArray(tree)) return `[${tree.map(pythonJson).join(", ")}]`;
  const entries = [...tree].sort(([left], [right]) => byCodePoint(left, right));
  return `{${entries.map(([key, value]) => `${pythonString(key)}: ${pythonJson(value)}`).join(", ")}}`;
}

/** UTF-8 sorts as code points do; JavaScript's own order is by UTF-16 unit, which differs beyond U+FFFF. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, "utf8"), Buffer.from(right, "utf8"));
}

function pythonString(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A number as Python prints what it read: integers of any size as they are, floats by the shortest text. */
export function pythonNumber(text: string): string {
  if (!/[.eE]/.test(text)) return text === "-0" ? "0" : text;
  const value = Number(text);
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  return pythonFloat(value);
}

/** Both languages print the fewest digits that read back; Python turns to exponents at 1e16 and below 1e-4. */
function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa, exponent] = value.toExponential().split("e");
  return `${mantissa}e${exponent?.replace(/\d+/, (digits) => digits.padStart(2, "0"))}`;
}
