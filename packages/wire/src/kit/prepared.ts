import type { Code } from "./code.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { complain, type Complaint, INVALID, type Invalid, type Issue, Node, nodeOf, type Schema } from "./schema.ts";

/** Looks at an input before it is read: gives what to read instead, or refuses it. */
export type Prepare = (input: unknown, refuse: (complaint: Complaint) => Invalid) => unknown;

/** Applies `prepare`; INVALID when it refused, with the issue appended. */
export function prepareInput(prepare: Prepare, input: unknown, issues: Issue[]): unknown {
  return prepare(input, (complaint) => complain(issues, complaint, input));
}

/** A schema whose input is looked at first. */
class PreparedNode<T> extends Node<T> {
  private readonly inner: Node<T>;
  private readonly prepare: Prepare;

  constructor(inner: Node<T>, prepare: Prepare) {
    super();
    this.inner = inner;
    this.prepare = prepare;
    this.notes = inner.notes;
    this.fallback = inner.fallback;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    const prepared = prepareInput(this.prepare, input, issues);
    return prepared === INVALID ? INVALID : this.inner.read(prepared, issues);
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
    return this.inner.describe(writer);
  }

  label(): string {
    return `function-before[${this.prepare.name}(), ${this.inner.label()}]`;
  }

  holds(value: unknown): boolean {
    return this.inner.holds(value);
  }

  override isList(): boolean {
    return this.inner.isList();
  }

  override titled(): boolean {
    return this.inner.titled();
  }
}

/** `inner`, reading what `prepare` makes of the input: pydantic's validators of mode "before". */
export function prepared<T>(inner: Schema<T>, prepare: Prepare): Node<T> {
  return new PreparedNode(nodeOf(inner), prepare);
}
