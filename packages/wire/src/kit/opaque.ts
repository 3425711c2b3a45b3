import type { Code } from "./code.ts";
import { JsonText } from "./json.ts";
import { isObject } from "./json-number.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { fail, INVALID, type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

/** JSON that travels as it was sent. */
abstract class OpaqueNode extends Node<JsonText> {
  write(value: JsonText): string {
    return value.text;
  }

  override writeCode(_code: Code, value: string): string {
    return `${value}.text`;
  }

  holds(value: unknown): boolean {
    return value instanceof JsonText;
  }
}

class JsonNode extends OpaqueNode {
  read(input: unknown): JsonText {
    return JsonText.of(input);
  }

  describe(): JsonSchema {
    return {};
  }

  label(): string {
    return "any";
  }
}

class JsonObjectNode extends OpaqueNode {
  read(input: unknown, issues: Issue[]): JsonText | Invalid {
    return isObject(input) ? JsonText.of(input) : fail(issues, "dict_type", "Input should be a valid dictionary", input);
  }

  describe(): JsonSchema {
    return { additionalProperties: true, type: "object" };
  }

  label(): string {
    return "dict[str,any]";
  }
}

class KeptNode<T> extends OpaqueNode {
  protected readonly inner: Node<T>;

  constructor(inner: Node<T>) {
    super();
    this.inner = inner;
  }

  read(input: unknown, issues: Issue[]): JsonText | Invalid {
    return this.inner.read(input, issues) === INVALID ? INVALID : JsonText.of(input);
  }

  describe(writer: SchemaWriter): JsonSchema {
    return this.inner.describe(writer);
  }

  label(): string {
    return this.inner.label();
  }

  override titled(): boolean {
    return this.inner.titled();
  }
}

class RewrittenNode<T> extends KeptNode<T> {
  override read(input: unknown, issues: Issue[]): JsonText | Invalid {
    const value = this.inner.read(input, issues);
    return value === INVALID ? INVALID : new JsonText(this.inner.write(value));
  }
}

/** Any JSON value, null included, kept as it was sent. */
export function json(): Node<JsonText> {
  return new JsonNode();
}

/** Any JSON object, kept as it was sent. */
export function jsonObject(): Node<JsonText> {
  return new JsonObjectNode();
}

/** A value that must fit `inner` but is kept and given back exactly as it was sent: `1.0` stays `1.0`. */
export function kept<T>(inner: Schema<T>): Node<JsonText> {
  return new KeptNode(nodeOf(inner));
}

/** A value that must fit `inner` and is kept as `inner` writes it: with its defaults, without what `inner` does not know. */
export function rewritten<T>(inner: Schema<T>): Node<JsonText> {
  return new RewrittenNode(nodeOf(inner));
}
