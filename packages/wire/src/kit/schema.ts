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

/** The outcome of parsing: a value, or every issue found. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; issues: Issue[] };

/** What a check reports: a text becomes "Value error, <text>"; an issue without place and input stands for itself. */
export type Complaint = string | { type: string; msg: string; ctx?: Record<string, unknown> };

/** What documents say about a field beyond its type. */
export interface Notes {
  title?: string;
  description?: string;
  examples?: readonly unknown[];
  deprecated?: boolean;
  /** Keys added to (or replaced in) the JSON Schema. */
  extra?: JsonSchema;
}

/** The declaration of one kind of value: how it is read, written and documented. */
export interface Schema<T> {
  /** Reads a value of parseJson or JSON.parse with pydantic's lax coercions. Never throws. */
  parse(input: unknown): Parsed<T>;
  /** The JSON text of a value, every key present. */
  dump(value: T): string;
  /** The same schema, optional as a key of a model; a function makes a fresh value each time and is not documented. */
  default(value: T | (() => T)): Schema<T>;
  /** The same schema with one more rule on the parsed value. */
  check(rule: (value: T) => Complaint | undefined): Schema<T>;
  /** The same schema with what documents say about it. */
  with(notes: Notes): Schema<T>;
}

/** The type of the values of a schema. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** Stands for "no value: the issues say why", so that every real value, undefined included, can be a result. */
export const INVALID: unique symbol = Symbol("invalid");
export type Invalid = typeof INVALID;

/** How well an input fits: as it is, without loss, or by coercion. Smart unions choose by it. */
export const FIT = { exact: 2, strict: 1, lax: 0 } as const;
export type Fit = (typeof FIT)[keyof typeof FIT];

/** A schema as the kit sees it. Every builder returns one. */
export abstract class Node<T> implements Schema<T> {
  notes: Notes = {};
  /** Set by default(): what an absent key becomes. */
  fallback: { make: () => T; documented: boolean } | undefined = undefined;

  /** Reads `input`; on failure appends issues whose loc starts at this value. */
  abstract read(input: unknown, issues: Issue[]): T | Invalid;
  /** The JSON text of `value`. */
  abstract write(value: T): string;
  /** The JSON Schema without title, notes and default. */
  abstract describe(writer: SchemaWriter): JsonSchema;
  /** The name of the branch in a union's loc. */
  abstract label(): string;
  /** How well an input that was read without issue fits. */
  fit(_input: unknown): Fit {
    return FIT.lax;
  }
  /** Whether pydantic gives fields of this type a title (not models and enumerations, which are references). */
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
    const copy = this.copy();
    copy.fallback = isMaker(value) ? { make: value, documented: false } : { make: () => value, documented: true };
    return copy;
  }

  with(notes: Notes): Node<T> {
    const copy = this.copy();
    copy.notes = { ...this.notes, ...notes };
    return copy;
  }

  check(rule: (value: T) => Complaint | undefined): Node<T> {
    return new Checked(this, rule);
  }

  private copy(): this {
    return Object.assign(Object.create(Object.getPrototypeOf(this)), this);
  }
}

function isMaker<T>(value: T | (() => T)): value is () => T {
  return typeof value === "function";
}

/** A schema with one more rule. */
class Checked<T> extends Node<T> {
  readonly inner: Node<T>;
  readonly rule: (value: T) => Complaint | undefined;

  constructor(inner: Node<T>, rule: (value: T) => Complaint | undefined) {
    super();
    this.inner = inner;
    this.rule = rule;
    this.notes = inner.notes;
    this.fallback = inner.fallback;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    const value = this.inner.read(input, issues);
    if (value === INVALID) return INVALID;
    const complaint = this.rule(value);
    if (complaint === undefined) return value;
    issues.push(complaintIssue(complaint, input));
    return INVALID;
  }

  write(value: T): string {
    return this.inner.write(value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    return this.inner.describe(writer);
  }

  label(): string {
    return `function-after[${this.rule.name}(), ${this.inner.label()}]`;
  }

  override fit(input: unknown): Fit {
    return this.inner.fit(input);
  }

  override titled(): boolean {
    return this.inner.titled();
  }
}

/** The issue of a complaint about `input`; pydantic's value errors carry an exception, which prints as {}. */
export function complaintIssue(complaint: Complaint, input: unknown): Issue {
  if (typeof complaint === "string")
    return { type: "value_error", loc: [], msg: `Value error, ${complaint}`, input, ctx: { error: {} } };
  return { type: complaint.type, loc: [], msg: complaint.msg, input, ...(complaint.ctx && { ctx: complaint.ctx }) };
}

/** The kit's view of a schema; every schema is made by a builder of the kit. */
export function nodeOf<T>(schema: Schema<T>): Node<T> {
  if (schema instanceof Node) return schema;
  throw new TypeError("not a schema of the wire kit");
}

/** Puts `key` in front of the places of the issues from position `from` on. */
export function within(issues: Issue[], from: number, ...keys: (string | number)[]): void {
  for (let index = from; index < issues.length; index++) issues[index]?.loc.unshift(...keys);
}
