import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

declare const value: unique symbol;

/** A value of T that is JSON already, in UTF-8. */
export class Written<T> {
  readonly bytes: Uint8Array;
  /** Types only. */
  declare readonly [value]?: T;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

const decoder = new TextDecoder();

class WrittenNode<T> extends Node<T | Written<T>> {
  private readonly inner: Node<T>;

  constructor(inner: Node<T>) {
    super();
    this.inner = inner;
    this.notes = inner.notes;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    return this.inner.read(input, issues);
  }

  write(given: T | Written<T>): string {
    return given instanceof Written ? decoder.decode(given.bytes) : this.inner.write(given);
  }

  describe(writer: SchemaWriter): JsonSchema {
    return this.inner.describe(writer);
  }

  label(): string {
    return this.inner.label();
  }

  holds(given: unknown): boolean {
    return given instanceof Written || this.inner.holds(given);
  }

  override titled(): boolean {
    return this.inner.titled();
  }
}

/** `inner`, whose value may have been written already. */
export function written<T>(inner: Schema<T>): Node<T | Written<T>> {
  return new WrittenNode(nodeOf(inner));
}
