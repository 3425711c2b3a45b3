import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { fail, type Infer, INVALID, type Invalid, type Issue, Node, nodeOf, type Schema, within } from "./schema.ts";

/** A list whose places have each their own schema. */
class TupleNode<T extends readonly unknown[]> extends Node<T> {
  private readonly items: readonly Node<unknown>[];

  constructor(items: readonly Node<unknown>[]) {
    super();
    this.items = items;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    if (!Array.isArray(input)) return fail(issues, "tuple_type", "Input should be a valid tuple", input);
    const most = this.items.length;
    if (input.length > most) {
      const text = `Tuple should have at most ${most} item${most === 1 ? "" : "s"} after validation, not ${input.length}`;
      return fail(issues, "too_long", text, input, { field_type: "Tuple", max_length: most, actual_length: input.length });
    }
    const start = issues.length;
    const values = this.items.map((item, index) => readAt(item, input, index, issues));
    // a tuple's places are its items' by construction
    return issues.length === start ? (values as unknown as T) : INVALID;
  }

  write(value: T): string {
    return `[${this.items.map((item, index) => item.write(value[index])).join(",")}]`;
  }

  describe(writer: SchemaWriter): JsonSchema {
    const { length } = this.items;
    return { maxItems: length, minItems: length, prefixItems: this.items.map((item) => writer.schema(item)), type: "array" };
  }

  label(): string {
    return `tuple[${this.items.map((item) => item.label()).join(", ")}]`;
  }

  holds(value: unknown): boolean {
    return (
      Array.isArray(value) && value.length === this.items.length && this.items.every((item, index) => item.holds(value[index]))
    );
  }
}

function readAt(item: Node<unknown>, input: readonly unknown[], index: number, issues: Issue[]): unknown {
  const from = issues.length;
  const value = index < input.length ? item.read(input[index], issues) : fail(issues, "missing", "Field required", input);
  if (value === INVALID) within(issues, from, index);
  return value;
}

/** Values in fixed places, sent as a list. */
export function tuple<const S extends readonly Schema<unknown>[]>(items: S): Node<{ -readonly [K in keyof S]: Infer<S[K]> }> {
  return new TupleNode(items.map((item) => nodeOf(item)));
}

/** Two values of one kind, sent as a list. */
export function pair<T>(item: Schema<T>): Node<[T, T]> {
  return new TupleNode<[T, T]>([nodeOf(item), nodeOf(item)]);
}
