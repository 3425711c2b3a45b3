import { isObject } from "./json-number.ts";
import { inOrder, objectInOrder, setOwn } from "./json-order.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { quote } from "./quote.ts";
import { fail, INVALID, type Invalid, type Issue, MAX_ISSUES, Node, nodeOf, type Schema, within } from "./schema.ts";
import { string } from "./string.ts";

const KEY = string();

class MapNode<T> extends Node<Record<string, T>> {
  private readonly item: Node<T>;
  private readonly key: Node<string>;

  constructor(item: Node<T>, key: Node<string>) {
    super();
    this.item = item;
    this.key = key;
  }

  read(input: unknown, issues: Issue[]): Record<string, T> | Invalid {
    if (!isObject(input)) return fail(issues, "dict_type", "Input should be a valid dictionary", input);
    const start = issues.length;
    let placed = start;
    const values: Record<string, T> = {};
    const { object, keys } = inOrder(input);
    for (const key of keys) {
      const name = this.key.read(key, issues);
      if (name === INVALID) within(issues, placed, "[key]");
      const value = this.item.read(object[key], issues);
      if (issues.length > placed) placed = within(issues, placed, key);
      else if (value !== INVALID && name !== INVALID) setOwn(values, name, value);
      if (placed - start >= MAX_ISSUES) break;
    }
    if (placed > start) return INVALID;
    return this.key === KEY ? objectInOrder(values, keys) : values;
  }

  write(value: Readonly<Record<string, T>>): string {
    const { object, keys } = inOrder(value);
    let text = "";
    for (const key of keys) text += `${text === "" ? "" : ","}${quote(key)}:${this.item.write(object[key] as T)}`;
    return `{${text}}`;
  }

  describe(writer: SchemaWriter): JsonSchema {
    const { type: _, ...named } = writer.schema(this.key);
    const propertyNames = Object.keys(named).length > 0 && { propertyNames: named };
    return { additionalProperties: writer.schema(this.item), type: "object", ...propertyNames };
  }

  label(): string {
    return `dict[${this.key.label()},${this.item.label()}]`;
  }

  holds(value: unknown): boolean {
    return isObject(value) && Object.keys(value).every((key) => this.item.holds(value[key]));
  }
}

/** An object whose values are of one kind, as are its keys: any text, unless `key` says more. Free keys keep their order. */
export function map<T>(item: Schema<T>, key: Schema<string> = KEY): Node<Record<string, T>> {
  return new MapNode(nodeOf(item), nodeOf(key));
}
