import { compileWriter, type Keys, type Writer } from "./model-code.ts";
import { isObject } from "./json-number.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Fields, keysOf } from "./model.ts";
import { INVALID, type Invalid, type Issue, Node, within } from "./schema.ts";

/** A body of several named parts, each a parameter of its own to the original's framework. */
export class PartsNode<T> extends Node<T> {
  readonly keys: Keys;
  private writer: Writer<T> | undefined;

  constructor(fields: Fields<T>) {
    super();
    this.keys = keysOf(fields);
  }

  /** Unknown parts are ignored; null, for a part with a default, is the default; no body is a body without parts. */
  read(input: unknown, issues: Issue[]): T | Invalid {
    const body = input === undefined || input === null ? {} : input;
    const start = issues.length;
    let placed = start;
    const values = [...this.keys].map(([key, node]) => {
      const value = isObject(body) ? readPart(node, body[key], issues) : missing(issues);
      if (value === INVALID) placed = within(issues, placed, key);
      return [key, value] as const;
    });
    return placed === start ? (Object.fromEntries(values) as T) : INVALID;
  }

  write(value: T): string {
    this.writer ??= compileWriter(this.keys);
    return this.writer(value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    const required = [...this.keys].filter(([, node]) => node.fallback === undefined).map(([key]) => key);
    return { properties: writer.properties(this.keys), type: "object", ...(required.length > 0 && { required }) };
  }

  label(): string {
    return "parts";
  }

  holds(value: unknown): boolean {
    return isObject(value);
  }
}

function readPart(node: Node<unknown>, part: unknown, issues: Issue[]): unknown {
  if (part !== undefined && part !== null) return node.read(part, issues);
  return node.fallback === undefined ? missing(issues) : node.fallback.make();
}

function missing(issues: Issue[]): Invalid {
  issues.push({ type: "missing", loc: [], msg: "Field required", input: null });
  return INVALID;
}

/** A body of several parts. */
export function parts<T>(fields: Fields<T>): Node<T> {
  return new PartsNode(fields);
}
