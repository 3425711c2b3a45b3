import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { fail, INVALID, type Invalid, type Issue, MAX_ISSUES, Node, nodeOf, type Schema, within } from "./schema.ts";

export interface ListRules {
  minItems?: number;
  maxItems?: number;
  /** A set to Python: repeated items are dropped. */
  unique?: boolean;
  /** A sequence to Python, which is told so where it is none. */
  sequence?: boolean;
}

class ListNode<T> extends Node<T[]> {
  private readonly item: Node<T>;
  private readonly rules: ListRules;
  private readonly kind: "List" | "Set";

  constructor(item: Node<T>, rules: ListRules) {
    super();
    this.item = item;
    this.rules = rules;
    this.kind = rules.unique ? "Set" : "List";
  }

  read(input: unknown, issues: Issue[]): T[] | Invalid {
    const kind = this.kind.toLowerCase();
    if (!Array.isArray(input)) {
      if (this.rules.sequence) return noSequence(input, issues);
      return fail(issues, `${kind}_type`, `Input should be a valid ${kind}`, input);
    }
    const { maxItems, unique } = this.rules;
    if (maxItems !== undefined && input.length > maxItems && !unique) return this.tooLong(input, input.length, maxItems, issues);
    const items = this.items(input, issues);
    if (items === INVALID) return INVALID;
    return unique ? this.limited([...new Set(items)], input, issues) : this.limited(items, input, issues);
  }

  private items(input: readonly unknown[], issues: Issue[]): T[] | Invalid {
    const start = issues.length;
    let placed = start;
    const items: T[] = [];
    for (let index = 0; index < input.length && issues.length < start + MAX_ISSUES; index++) {
      const item = this.item.read(input[index], issues);
      if (item === INVALID) placed = within(issues, placed, index);
      else items.push(item);
    }
    return placed === start ? items : INVALID;
  }

  private limited(items: T[], input: unknown, issues: Issue[]): T[] | Invalid {
    const { minItems, maxItems } = this.rules;
    if (maxItems !== undefined && items.length > maxItems) return this.tooLong(input, items.length, maxItems, issues);
    if (minItems === undefined || items.length >= minItems) return items;
    const least = `${this.kind} should have at least ${minItems} ${plural(minItems)} after validation, not ${items.length}`;
    return fail(issues, "too_short", least, input, { field_type: this.kind, min_length: minItems, actual_length: items.length });
  }

  private tooLong(input: unknown, length: number, maxItems: number, issues: Issue[]): Invalid {
    // Python stops adding to a set at the first item too many
    const actual = this.kind === "Set" ? null : length;
    const most = `${this.kind} should have at most ${maxItems} ${plural(maxItems)} after validation, not ${actual ?? "more"}`;
    return fail(issues, "too_long", most, input, { field_type: this.kind, max_length: maxItems, actual_length: actual });
  }

  write(value: readonly T[]): string {
    let text = "[";
    for (let index = 0; index < value.length; index++) {
      if (index > 0) text += ",";
      text += this.item.write(value[index] as T);
    }
    return `${text}]`;
  }

  describe(writer: SchemaWriter): JsonSchema {
    const { minItems, maxItems, unique } = this.rules;
    return {
      items: writer.schema(this.item),
      ...(maxItems !== undefined && { maxItems }),
      ...(minItems !== undefined && { minItems }),
      type: "array",
      ...(unique && { uniqueItems: true }),
    };
  }

  label(): string {
    return `${this.kind.toLowerCase()}[${this.item.label()}]`;
  }

  override isList(): boolean {
    return true;
  }

  holds(value: unknown): boolean {
    return Array.isArray(value) && value.every((item) => this.item.holds(item));
  }
}

function noSequence(input: unknown, issues: Issue[]): Invalid {
  if (typeof input === "string") {
    return fail(issues, "sequence_str", "'str' instances are not allowed as a Sequence value", input, { type_name: "str" });
  }
  return fail(issues, "is_instance_of", "Input should be an instance of Sequence", input, { class: "Sequence" });
}

function plural(count: number): string {
  return count === 1 ? "item" : "items";
}

/** A list of values of one kind. */
export function list<T>(item: Schema<T>, rules: ListRules = {}): Node<T[]> {
  return new ListNode(nodeOf(item), rules);
}
