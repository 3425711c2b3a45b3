import type { Code } from "./code.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

class NullableNode<T> extends Node<T | null> {
  private readonly inner: Node<T>;

  constructor(inner: Node<T>) {
    super();
    this.inner = inner;
  }

  read(input: unknown, issues: Issue[]): T | null | Invalid {
    return input === null ? null : this.inner.read(input, issues);
  }

  override readCode(code: Code, input: string): string {
    return `(${input} === null ? null : ${this.inner.readCode(code, input)})`;
  }

  // `== null`: a key that a caller left out is written as null, so that every key is present
  write(value: T | null): string {
    return value == null ? "null" : this.inner.write(value);
  }

  override writeCode(code: Code, value: string): string {
    return `(${value} == null ? "null" : ${this.inner.writeCode(code, value)})`;
  }

  override memberCode(code: Code, head: string, value: string): string {
    return `(${value} == null ? ${JSON.stringify(`${head}null`)} : ${this.inner.memberCode(code, head, value)})`;
  }

  describe(writer: SchemaWriter): JsonSchema {
    const inner = writer.schema(this.inner);
    // an optional union is one union to Python
    const members = Object.keys(inner).join() === "anyOf" && Array.isArray(inner["anyOf"]) ? inner["anyOf"] : [inner];
    return { anyOf: [...members, { type: "null" }] };
  }

  label(): string {
    return `nullable[${this.inner.label()}]`;
  }

  holds(value: unknown): boolean {
    return value === null || this.inner.holds(value);
  }

  override isList(): boolean {
    return this.inner.isList();
  }

  override titled(): boolean {
    return this.inner.titled();
  }
}

/** A value or null. */
export function nullable<T>(inner: Schema<T>): Node<T | null> {
  return new NullableNode(nodeOf(inner));
}
