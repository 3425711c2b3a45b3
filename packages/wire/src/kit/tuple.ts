import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { fail } from "./scalars.ts";
import { INVALID, type Invalid, type Issue, Node, nodeOf, type Schema, within } from "./schema.ts";

/** A list of exactly two values of the same kind. */
class PairNode<T> extends Node<[T, T]> {
  readonly item: Node<T>;
  constructor(item: Node<T>) {
    super();
    this.item = item;
  }
  read(input: unknown, issues: Issue[]): [T, T] | Invalid {
    if (!Array.isArray(input)) return fail(issues, "tuple_type", "Input should be a valid tuple", input);
    if (input.length > 2) {
      const found = `Tuple should have at most 2 items after validation, not ${input.length}`;
      return fail(issues, "too_long", found, input, { field_type: "Tuple", max_length: 2, actual_length: input.length });
    }
    const first = this.readAt(input, 0, issues);
    const second = this.readAt(input, 1, issues);
    return first === INVALID || second === INVALID ? INVALID : [first, second];
  }
  private readAt(input: unknown[], index: number, issues: Issue[]): T | Invalid {
    const from = issues.length;
    const value = index < input.length ? this.item.read(input[index], issues) : fail(issues, "missing", "Field required", input);
    if (value === INVALID) within(issues, from, index);
    return value;
  }
  write([first, second]: [T, T]): string {
    return `[${this.item.write(first)},${this.item.write(second)}]`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    const item = writer.schema(this.item);
    return { maxItems: 2, minItems: 2, prefixItems: [item, item], type: "array" };
  }
  label(): string {
    return `tuple[${this.item.label()}, ${this.item.label()}]`;
  }
}

/** Two values of one kind, sent as a list. */
export function pair<T>(item: Schema<T>): Node<[T, T]> {
  return new PairNode(nodeOf(item));
}
