import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { JsonText } from "./json.ts";
import { type Fit, INVALID, type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

/** A value that must fit `inner` but is kept and given back exactly as it was sent: `1.0` stays `1.0`. */
class KeptNode<T> extends Node<JsonText> {
  readonly inner: Node<T>;
  constructor(inner: Node<T>) {
    super();
    this.inner = inner;
  }
  read(input: unknown, issues: Issue[]): JsonText | Invalid {
    return this.inner.read(input, issues) === INVALID ? INVALID : JsonText.of(input);
  }
  write(value: JsonText): string {
    return value.text;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return this.inner.describe(writer);
  }
  label(): string {
    return this.inner.label();
  }
  override fit(input: unknown): Fit {
    return this.inner.fit(input);
  }
  override titled(): boolean {
    return this.inner.titled();
  }
}

export function kept<T>(inner: Schema<T>): Node<JsonText> {
  return new KeptNode(nodeOf(inner));
}
