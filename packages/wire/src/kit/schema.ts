import type { Code } from "./code.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";

/** One finding about an input, in the form of pydantic's error items. */
export interface Issue {
  type: string;
  /** Path from the parsed value to the fault: keys, positions, and the branch of a union. */
  loc: (string | number)[];
  msg: string;
  input: unknown;
  ctx?: Record<string, unknown>;
}

/** The outcome of parsing: a value, or the issues found. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** What a rule reports: a text, which becomes "Value error, <text>", or the parts of an issue of its own. */
export type Complaint = string | Pick<Issue, "type" | "msg" | "ctx">;

/** A rule over a parsed value: undefined when it is kept. */
export type Rule<T> = (value: T) => Complaint | undefined;

/** What documents say about a field beyond its type. */
export interface Notes {
  title?: string;
  description?: string;
  examples?: readonly unknown[];
  deprecated?: boolean;
  /** Keys added to the JSON Schema. */
  extra?: JsonSchema;
  /** The type as documents show it, where that is not what is read: a name that may be null, but should not. */
  schema?: JsonSchema;
}

/** The declaration of one kind of value: how it is read, written and documented. */
export interface Schema<T> {
  /** Reads a value of parseJson with pydantic's lax coercions. Never throws. */
  parse(input: unknown): Parsed<T>;
  /** The JSON text of a value, every key present. */
  dump(value: T): string;
  /** The same schema, optional as a key of a model. A function makes a fresh value each time and is not documented. */
  default(value: T | (() => T)): Schema<T>;
  /** The same schema with one more rule on the parsed value. */
  check(rule: Rule<T>): Schema<T>;
  /** The same schema with what documents say about it. */
  with(notes: Notes): Schema<T>;
}

/** The type of the values of a schema. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** Stands for "no value: the issues say why", so that every real value can be a result. */
export const INVALID: unique symbol = Symbol("invalid");
export type Invalid = typeof INVALID;

/** A refusal names about so many faults: a body of a hundred thousand bad items must not cost a hundred thousand findings. */
export const MAX_ISSUES = 1000;

/** How a schema looks from inside the kit. Every builder returns one. */
export abstract class Node<T> implements Schema<T> {
  notes: Notes = {};
  /** What an absent key becomes, if it may be absent. */
  fallback: { make: () => T; documented: boolean } | undefined = undefined;

  /** Reads `input`; on failure appends issues whose loc starts at this value. */
  abstract read(input: unknown, issues: Issue[]): T | Invalid;
  /** The JSON text of `value`. */
  abstract write(value: T): string;
  /** The JSON Schema, without title, notes and default. */
  abstract describe(writer: SchemaWriter): JsonSchema;
  /** The name of this schema as the branch of a union. */
  abstract label(): string;
  /** Whether `value` is one that this schema reads to: how a union finds the member to write with. */
  abstract holds(value: unknown): boolean;

  /** An expression that reads the expression `input`. */
  readCode(code: Code, input: string): string {
    return `${code.bind(this)}.read(${input}, issues)`;
  }

  /** An expression for the JSON text of the expression `value`. */
  writeCode(code: Code, value: string): string {
    return `${code.bind(this)}.write(${value})`;
  }

  /** The same with `head`, constant text, before it: one text where two would be joined. */
  memberCode(code: Code, head: string, value: string): string {
    return `${JSON.stringify(head)} + ${this.writeCode(code, value)}`;
  }

  /** Whether `input` is of the very type that this schema reads to; undefined where only reading tells. */
  takesExactly(_input: unknown): boolean | undefined {
    return undefined;
  }

  /** Whether a parameter that is given several times is read as one list. */
  isList(): boolean {
    return false;
  }

  /** Whether fields of this type have a title; references to models and enumerations have not. */
  titled(): boolean {
    return true;
  }

  parse(input: unknown): Parsed<T> {
    const issues: Issue[] = [];
    const value = this.read(input, issues);
    return value === INVALID ? { ok: false, issues } : { ok: true, value };
  }

  dump(value: T): string {
    return this.write(value);
  }

  default(value: T | (() => T)): Node<T> {
    const make = isMaker(value) ? value : isShared(value) ? () => structuredClone(value) : () => value;
    return this.changed({ fallback: { make, documented: !isMaker(value) } });
  }

  with(notes: Notes): Node<T> {
    return this.changed({ notes: { ...this.notes, ...notes } });
  }

  check(rule: Rule<T>): Node<T> {
    const { notes, fallback } = this;
    return new Checked(this, rule).changed({ notes, fallback });
  }

  private changed(changes: Partial<Pick<Node<T>, "notes" | "fallback">>): Node<T> {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this, changes);
  }
}

function isMaker<T>(value: T | (() => T)): value is () => T {
  return typeof value === "function";
}

/** Whether handing out the value itself would let one caller change the default of the next. */
function isShared(value: unknown): boolean {
  return (
    Array.isArray(value) || (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
  );
}

/** A schema with one more rule. */
class Checked<T> extends Node<T> {
  private readonly inner: Node<T>;
  private readonly rule: Rule<T>;

  constructor(inner: Node<T>, rule: Rule<T>) {
    super();
    this.inner = inner;
    this.rule = rule;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    const value = this.inner.read(input, issues);
    if (value === INVALID) return INVALID;
    const complaint = this.rule(value);
    return complaint === undefined ? value : complain(issues, complaint, input);
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
    return `function-after[${this.rule.name}(), ${this.inner.label()}]`;
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

/** A schema that documents refer to by a name of its own. */
export abstract class NamedNode<T> extends Node<T> {
  abstract readonly name: string;

  override titled(): boolean {
    return false;
  }
}

/** The kit's view of a schema. */
export function nodeOf<T>(schema: Schema<T>): Node<T> {
  if (schema instanceof Node) return schema;
  throw new TypeError("a schema must come from a builder of the wire kit");
}

/** Appends an issue; returns INVALID, so that readers can `return fail(...)`. */
export function fail(issues: Issue[], type: string, msg: string, input: unknown, ctx?: Record<string, unknown>): Invalid {
  issues.push(ctx ? { type, loc: [], msg, input, ctx } : { type, loc: [], msg, input });
  return INVALID;
}

/** Appends the issue of a rule. The original's context holds an exception, which its encoder prints as {}. */
export function complain(issues: Issue[], complaint: Complaint, input: unknown): Invalid {
  if (typeof complaint === "string") return fail(issues, "value_error", `Value error, ${complaint}`, input, { error: {} });
  return fail(issues, complaint.type, complaint.msg, input, complaint.ctx);
}

/** Puts `key` before the places of the issues from `from` on; returns where the next ones start. */
export function within(issues: Issue[], from: number, key: string | number): number {
  for (let index = from; index < issues.length; index++) issues[index]?.loc.unshift(key);
  return issues.length;
}
