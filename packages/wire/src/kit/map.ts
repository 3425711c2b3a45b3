import { isObject } from "./json-number.ts";
import { objectInOrder, setOwn } from "./json-order.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { quote } from "./quote.ts";
import { fail, INVALID, type Invalid, type Issue, MAX_ISSUES, Node, nodeOf, type Schema, within } from "./schema.ts";
import { string } from "./string.ts";

const KEY = string();

class MapNode<T> extends Node<Record<string, T>> {
  private readonly item: Node<T>;

  constructor(item: Node<T>) {
    super();
    this.item = item;
  }

  read(input: unknown, issues: Issue[]): Record<string, T> | Invalid {
    if (!isObject(input)) return fail(issues, "dict_type", "Input should be a valid dictionary", input);
    const start = issues.length;
    let placed = start;
    const values: Record<string, T> = {};
    const keys = Object.keys(input);
    for (const key of keys) {
      if (KEY.read(key, issues) === INVALID) within(issues, placed, "[key]");
      const value = this.item.read(input[key], issues);
      if (issues.length > placed) placed = within(issues, placed, key);
      else if (value !== INVALID) setOwn(values, key, value);
      if (placed - start >= MAX_ISSUES) break;
    }
    return placed === start ? objectInOrder(values, keys) : INVALID;
  }

  write(value: Readonly<Record<string, T>>): string {
    let text = "";
    for (const key of Object.keys(value)) text += `${text === "" ? "" : ","}${quote(key)}:${this.item.write(value[key] as T)}`;
    return `{${text}}`;
  }

  describe(writer: SchemaWriter): JsonSchema {
    return { additionalProperties: writer.schema(this.item), type: "object" };
  }

  label(): string {
    return `dict[str,${this.item.label()}]`;
  }

  holds(value: unknown): boolean {
    return isObject(value) && Object.keys(value).every((key) => this.item.holds(value[key]));
  }
}

/** An object whose keys are free and whose values are of one kind. Keys keep their order. */
export function map<T>(item: Schema<T>): Node<Record<string, T>> {
  return new MapNode(nodeOf(item));
}
