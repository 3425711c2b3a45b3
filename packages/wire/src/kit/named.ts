import type { Code } from "./code.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Invalid, type Issue, NamedNode, type Node, nodeOf, type Schema } from "./schema.ts";

/** A value that is not an object with known keys, under a name of its own: a root model to Python. */
class RootNode<T> extends NamedNode<T> {
  readonly name: string;
  private readonly inner: Node<T>;
  private readonly description: string | undefined;

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

  override writeCode(code: Code, value: string): string {
    return this.inner.writeCode(code, value);
  }

  override memberCode(code: Code, head: string, value: string): string {
    return this.inner.memberCode(code, head, value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    const { description, name } = this;
    return writer.refer(name, () => ({
      ...writer.schema(this.inner),
      ...(description !== undefined && { description }),
      title: name,
    }));
  }

  label(): string {
    return this.name;
  }

  holds(value: unknown): boolean {
    return this.inner.holds(value);
  }
}

/** Gives `inner` a name in documents. */
export function named<T>(name: string, inner: Schema<T>, options: { description?: string } = {}): NamedNode<T> {
  return new RootNode(name, nodeOf(inner), options.description);
}
