import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

/** A schema that documents refer to by a name of its own, although it is not an object with known keys. */
export class NamedNode<T> extends Node<T> {
  readonly name: string;
  readonly description: string | undefined;
  readonly inner: Node<T>;
  constructor(name: string, inner: Node<T>, description: string | undefined) {
    super();
    this.name = name;
    this.inner = inner;
    this.description = description;
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    return this.inner.read(input, issues);
  }
  write(value: T): string {
    return this.inner.write(value);
  }
  describe(writer: SchemaWriter): JsonSchema {
    return writer.refer(this.name, () => ({
      ...writer.schema(this.inner),
      ...(this.description !== undefined && { description: this.description }),
      title: this.name,
    }));
  }
  label(): string {
    return this.name;
  }
  holds(value: unknown): boolean {
    return this.inner.holds(value);
  }
  override titled(): boolean {
    return false;
  }
}

/** Gives `inner` a name in documents (pydantic's root models). */
export function named<T>(name: string, inner: Schema<T>, options: { description?: string } = {}): Node<T> {
  return new NamedNode(name, nodeOf(inner), options.description);
}
