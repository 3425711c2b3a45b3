import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { JsonText } from "./json.ts";
import { fail } from "./scalars.ts";
import {
  type Complaint,
  complaintIssue,
  FIT,
  type Fit,
  INVALID,
  type Invalid,
  type Issue,
  Node,
  nodeOf,
  type Schema,
  within,
} from "./schema.ts";

function isObject(input: unknown): input is Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}

class JsonNode extends Node<JsonText> {
  readonly object: boolean;
  constructor(object: boolean) {
    super();
    this.object = object;
  }
  read(input: unknown, issues: Issue[]): JsonText | Invalid {
    if (this.object && !isObject(input)) return fail(issues, "dict_type", "Input should be a valid dictionary", input);
    return JsonText.of(input);
  }
  write(value: JsonText): string {
    return value.text;
  }
  describe(): JsonSchema {
    return this.object ? { additionalProperties: true, type: "object" } : {};
  }
  label(): string {
    return this.object ? "dict[str,any]" : "any";
  }
}

class ListNode<T> extends Node<T[]> {
  readonly item: Node<T>;
  readonly maxItems: number | undefined;
  constructor(item: Node<T>, maxItems: number | undefined) {
    super();
    this.item = item;
    this.maxItems = maxItems;
  }
  read(input: unknown, issues: Issue[]): T[] | Invalid {
    if (!Array.isArray(input)) return fail(issues, "list_type", "Input should be a valid list", input);
    if (this.maxItems !== undefined && input.length > this.maxItems)
      return fail(
        issues,
        "too_long",
        `List should have at most ${this.maxItems} items after validation, not ${input.length}`,
        input,
        {
          field_type: "List",
          max_length: this.maxItems,
          actual_length: input.length,
        },
      );
    const before = issues.length;
    const values: T[] = [];
    input.forEach((raw: unknown, index) => {
      const from = issues.length;
      const value = this.item.read(raw, issues);
      if (value === INVALID) within(issues, from, index);
      else values.push(value);
    });
    return issues.length === before ? values : INVALID;
  }
  write(value: T[]): string {
    return `[${value.map((item) => this.item.write(item)).join(",")}]`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return { items: writer.schema(this.item), ...(this.maxItems !== undefined && { maxItems: this.maxItems }), type: "array" };
  }
  label(): string {
    return `list[${this.item.label()}]`;
  }
  override fit(input: unknown): Fit {
    return (input as unknown[]).reduce<Fit>((least, raw) => Math.min(least, this.item.fit(raw)) as Fit, FIT.exact);
  }
}

class MapNode<T> extends Node<Record<string, T>> {
  readonly item: Node<T>;
  constructor(item: Node<T>) {
    super();
    this.item = item;
  }
  read(input: unknown, issues: Issue[]): Record<string, T> | Invalid {
    if (!isObject(input)) return fail(issues, "dict_type", "Input should be a valid dictionary", input);
    const before = issues.length;
    const entries: [string, T][] = [];
    for (const [key, raw] of Object.entries(input)) {
      const from = issues.length;
      const value = this.item.read(raw, issues);
      if (value === INVALID) within(issues, from, key);
      else entries.push([key, value]);
    }
    return issues.length === before ? Object.fromEntries(entries) : INVALID;
  }
  write(value: Record<string, T>): string {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${this.item.write(item)}`)
      .join(",")}}`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return { additionalProperties: writer.schema(this.item), type: "object" };
  }
  label(): string {
    return `dict[str,${this.item.label()}]`;
  }
}

class EnumerationNode<T extends string> extends Node<T> {
  readonly name: string;
  readonly members: readonly T[];
  private readonly set: ReadonlySet<unknown>;
  constructor(name: string, members: readonly T[]) {
    super();
    this.name = name;
    this.members = members;
    this.set = new Set(members);
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    if (this.set.has(input)) return input as T;
    const expected = alternatives(this.members);
    return fail(issues, "enum", `Input should be ${expected}`, input, { expected });
  }
  write(value: T): string {
    return `"${value}"`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return writer.refer(this.name, () => ({ enum: [...this.members], title: this.name, type: "string" }));
  }
  label(): string {
    return "enum";
  }
  override titled(): boolean {
    return false;
  }
}

/** pydantic's list of allowed values: 'A', 'B' or 'C'. */
function alternatives(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

class LiteralNode<T extends string> extends Node<T> {
  readonly members: readonly T[];
  constructor(members: readonly T[]) {
    super();
    this.members = members;
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    const found = this.members.find((member) => member === input);
    if (found !== undefined) return found;
    const expected = alternatives(this.members);
    return fail(issues, "literal_error", `Input should be ${expected}`, input, { expected });
  }
  write(value: T): string {
    return JSON.stringify(value);
  }
  describe(): JsonSchema {
    return this.members.length === 1 ? { const: this.members[0], type: "string" } : { enum: [...this.members], type: "string" };
  }
  label(): string {
    return `literal[${this.members.map((member) => `'${member}'`).join(",")}]`;
  }
}

class NullableNode<T> extends Node<T | null> {
  readonly inner: Node<T>;
  constructor(inner: Node<T>) {
    super();
    this.inner = inner;
  }
  read(input: unknown, issues: Issue[]): T | null | Invalid {
    return input === null ? null : this.inner.read(input, issues);
  }
  write(value: T | null): string {
    return value === null ? "null" : this.inner.write(value);
  }
  describe(writer: SchemaWriter): JsonSchema {
    return { anyOf: [writer.schema(this.inner), { type: "null" }] };
  }
  label(): string {
    return `nullable[${this.inner.label()}]`;
  }
  override titled(): boolean {
    return this.inner.titled();
  }
}

class UnionNode<T> extends Node<T> {
  readonly members: readonly Node<T>[];
  constructor(members: readonly Node<T>[]) {
    super();
    this.members = members;
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    let best: { value: T; fit: Fit } | undefined;
    const found: Issue[] = [];
    for (const member of this.members) {
      const from = found.length;
      const value = member.read(input, found);
      if (value === INVALID) within(found, from, member.label());
      else if (!best || member.fit(input) > best.fit) best = { value, fit: member.fit(input) };
    }
    if (best) return best.value;
    issues.push(...found);
    return INVALID;
  }
  write(value: T): string {
    const plain: unknown = value instanceof JsonText ? undefined : value;
    const member = this.members.find((candidate) => candidate.parse(plain).ok) ?? this.members[0];
    return member ? member.write(value) : "null";
  }
  describe(writer: SchemaWriter): JsonSchema {
    return { anyOf: this.members.map((member) => writer.schema(member)) };
  }
  label(): string {
    return `union[${this.members.map((member) => member.label()).join(",")}]`;
  }
}

/** The schemas of the keys of T. */
export type Fields<T> = { [K in keyof T]-?: Schema<T[K]> };

export interface ModelOptions<T> {
  /** What unknown keys do; ignored unless forbidden. */
  extra?: "forbid" | "ignore";
  description?: string;
  /** A rule over the whole model. */
  check?: (value: T) => Complaint | undefined;
}

/** A schema with fields, open to inspection and extension. */
export class ModelNode<T> extends Node<T> {
  readonly name: string;
  readonly fields: Fields<T>;
  readonly options: ModelOptions<T>;
  private readonly partial: boolean;
  private readonly nodes: [string, Node<unknown>][];

  constructor(name: string, fields: Fields<T>, options: ModelOptions<T>, partial: boolean) {
    super();
    this.name = name;
    this.fields = fields;
    this.options = options;
    this.partial = partial;
    this.nodes = Object.entries<Schema<unknown>>(fields).map(([key, schema]) => [key, nodeOf(schema)]);
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    if (!isObject(input))
      return fail(issues, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", input);
    const before = issues.length;
    const value: Record<string, unknown> = {};
    for (const [key, node] of this.nodes) {
      const raw = Object.hasOwn(input, key) ? input[key] : undefined;
      if (raw !== undefined) {
        const from = issues.length;
        const field = node.read(raw, issues);
        if (field === INVALID) within(issues, from, key);
        else value[key] = field;
      } else if (node.fallback) {
        if (!this.partial) value[key] = node.fallback.make();
      } else issues.push({ type: "missing", loc: [key], msg: "Field required", input });
    }
    if (this.options.extra === "forbid") {
      for (const key of Object.keys(input)) {
        if (!Object.hasOwn(this.fields, key))
          issues.push({ type: "extra_forbidden", loc: [key], msg: "Extra inputs are not permitted", input: input[key] });
      }
    }
    if (issues.length > before) return INVALID;
    const complaint = this.options.check?.(value as T);
    if (complaint === undefined) return value as T;
    issues.push(complaintIssue(complaint, input));
    return INVALID;
  }
  write(value: T): string {
    const record = value as Record<string, unknown>;
    return `{${this.nodes.map(([key, node]) => `"${key}":${node.write(record[key])}`).join(",")}}`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return writer.refer(this.name, () => {
      const required = this.nodes.filter(([, node]) => !node.fallback).map(([key]) => key);
      return {
        ...(this.options.extra === "forbid" && { additionalProperties: false }),
        ...(this.options.description !== undefined && { description: this.options.description }),
        properties: Object.fromEntries(this.nodes.map(([key, node]) => [key, writer.field(key, node)])),
        ...(required.length > 0 && { required }),
        title: this.name,
        type: "object",
      };
    });
  }
  label(): string {
    return this.name;
  }
  override titled(): boolean {
    return false;
  }
}

class PartsNode<T> extends Node<T> {
  private readonly nodes: [string, Node<unknown>][];
  constructor(fields: Fields<T>) {
    super();
    this.nodes = Object.entries<Schema<unknown>>(fields).map(([key, schema]) => [key, nodeOf(schema)]);
  }
  read(input: unknown, issues: Issue[]): T | Invalid {
    const before = issues.length;
    const body = isObject(input) ? input : {};
    const value: Record<string, unknown> = {};
    for (const [key, node] of this.nodes) {
      const raw = Object.hasOwn(body, key) ? body[key] : undefined;
      if (raw === undefined || (raw === null && node.fallback)) {
        if (node.fallback) value[key] = node.fallback.make();
        else issues.push({ type: "missing", loc: [key], msg: "Field required", input: null });
        continue;
      }
      const from = issues.length;
      const part = node.read(raw, issues);
      if (part === INVALID) within(issues, from, key);
      else value[key] = part;
    }
    return issues.length > before ? INVALID : (value as T);
  }
  write(value: T): string {
    const record = value as Record<string, unknown>;
    return `{${this.nodes.map(([key, node]) => `"${key}":${node.write(record[key])}`).join(",")}}`;
  }
  describe(writer: SchemaWriter): JsonSchema {
    return { properties: Object.fromEntries(this.nodes.map(([key, node]) => [key, writer.field(key, node)])), type: "object" };
  }
  label(): string {
    return "parts";
  }
}

/** Any JSON value, null included, kept as it was sent. */
export function json(): Node<JsonText> {
  return new JsonNode(false);
}

/** Any JSON object, kept as it was sent. */
export function jsonObject(): Node<JsonText> {
  return new JsonNode(true);
}

export function list<T>(item: Schema<T>, options: { maxItems?: number } = {}): Node<T[]> {
  return new ListNode(nodeOf(item), options.maxItems);
}

export function map<T>(item: Schema<T>): Node<Record<string, T>> {
  return new MapNode(nodeOf(item));
}

/** One of a closed list of texts, with a title of its own in documents. */
export function enumeration<const T extends string>(name: string, members: readonly T[]): Node<T> {
  return new EnumerationNode(name, members);
}

/** One of the given texts. */
export function literal<const T extends string>(...members: T[]): Node<T> {
  return new LiteralNode(members);
}

export function nullable<T>(inner: Schema<T>): Node<T | null> {
  return new NullableNode(nodeOf(inner));
}

/** The member that fits best; issues name the member in their place. */
export function union<const S extends readonly Schema<unknown>[]>(
  members: S,
): Node<S[number] extends Schema<infer T> ? T : never> {
  return new UnionNode(members.map((member) => nodeOf(member))) as never;
}

/** An object with known keys. */
export function model<T>(name: string, fields: Fields<T>, options: ModelOptions<T> = {}): ModelNode<T> {
  return new ModelNode(name, fields, options, false);
}

/** An object of changes: unknown keys are forbidden and the value holds the sent keys only. */
export function patch<T>(
  name: string,
  fields: Fields<T>,
  options: Omit<ModelOptions<Partial<T>>, "extra"> = {},
): ModelNode<Partial<T>> {
  return new ModelNode<Partial<T>>(name, fields as never, { ...options, extra: "forbid" }, true);
}

/** A body of several parts: unknown parts are ignored, null means the default, no body means no part. */
export function parts<T>(fields: Fields<T>): Node<T> {
  return new PartsNode(fields);
}
