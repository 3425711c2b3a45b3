import type { Code } from "./code.ts";
import { fitsLoosely } from "./fit.ts";
import type { JsonSchema } from "./json-schema.ts";
import { fail, type Invalid, type Issue, Node } from "./schema.ts";

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const GROUPED = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;
const DIGITS = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/i;
const GROUPS = [8, 4, 4, 4, 12];
const PREFIX = "urn:uuid:";

class UuidNode extends Node<string> {
  read(input: unknown, issues: Issue[]): string | Invalid {
    fitsLoosely();
    if (typeof input !== "string") return fail(issues, "uuid_type", "UUID input should be a string, bytes or UUID object", input);
    if (CANONICAL.test(input)) return input;
    const value = parseUuid(input);
    if (value !== undefined) return value;
    const error = fault(input);
    return fail(issues, "uuid_parsing", `Input should be a valid UUID, ${error}`, input, { error });
  }

  write(value: string): string {
    return `"${value}"`;
  }

  override writeCode(code: Code, value: string): string {
    return this.memberCode(code, "", value);
  }

  override memberCode(_code: Code, head: string, value: string): string {
    return `${JSON.stringify(`${head}"`)} + ${value} + '"'`;
  }

  describe(): JsonSchema {
    return { format: "uuid", type: "string" };
  }

  label(): string {
    return "uuid";
  }

  holds(value: unknown): boolean {
    return typeof value === "string" && CANONICAL.test(value);
  }
}

/** The canonical form (lower case, hyphens) of any spelling of a UUID; undefined when it is none. */
export function parseUuid(input: string): string | undefined {
  const match = DIGITS.exec(input) ?? GROUPED.exec(unwrapped(input)[0]);
  return match ? match.slice(1).join("-").toLowerCase() : undefined;
}

/** Why the text is no UUID, in the words of the library that the original reads with. */
function fault(input: string): string {
  const [body, offset] = unwrapped(input);
  const strange = /[^0-9a-fA-F-]/u.exec(body);
  if (strange) {
    const position = new TextEncoder().encode(body.slice(0, strange.index)).length + offset + 1;
    return `invalid character: found \`${strange[0]}\` at ${position}`;
  }
  const groups = body.split("-");
  if (groups.length === 1 && offset === 0) return `invalid length: expected length 32 for simple format, found ${input.length}`;
  if (groups.length !== GROUPS.length) return `invalid group count: expected 5, found ${groups.length}`;
  const index = GROUPS.findIndex((length, group) => groups[group]?.length !== length);
  return `invalid group length in group ${index}: expected ${GROUPS[index]}, found ${groups[index]?.length}`;
}

/** The text between braces or after the prefix, and how many characters stood before it. */
function unwrapped(input: string): [body: string, offset: number] {
  if (input.length > 1 && input.startsWith("{") && input.endsWith("}")) return [input.slice(1, -1), 1];
  return input.startsWith(PREFIX) ? [input.slice(PREFIX.length), PREFIX.length] : [input, 0];
}

/** A UUID in any spelling; the value has lower case and hyphens. */
export function uuid(): Node<string> {
  return new UuidNode();
}
