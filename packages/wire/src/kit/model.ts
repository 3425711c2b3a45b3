import { compileReader, compileWriter, type Keys, type Reader, type Writer } from "./model-code.ts";
import { isObject } from "./json-number.ts";
import type { JsonSchema, SchemaWriter } from "./json-schema.ts";
import { type Prepare, prepareInput } from "./prepared.ts";
import { quote } from "./quote.ts";
import { complain, fail, INVALID, type Invalid, type Issue, NamedNode, nodeOf, type Rule, type Schema } from "./schema.ts";

/** The schemas of the keys of T. */
export type Fields<T> = { [K in keyof T]-?: Schema<T[K]> };

export interface ModelOptions<T> {
  /** What unknown keys do; they are ignored unless forbidden. */
  extra?: "forbid" | "ignore";
  description?: string;
  /** Looks at the input first. */
  prepare?: Prepare;
  /** A rule over the whole value. */
  check?: Rule<T>;
}

/** An object with known keys. */
export class ModelNode<T> extends NamedNode<T> {
  readonly name: string;
  readonly keys: Keys;
  private readonly options: ModelOptions<T>;
  private readonly sentOnly: boolean;
  /** Compiled at the first use: a process uses few of all the models. */
  private reader: Reader<T> | undefined;
  private writer: Writer<T> | undefined;

  constructor(name: string, fields: Fields<T>, options: ModelOptions<T>, sentOnly: boolean) {
    super();
    this.name = name;
    this.keys = keysOf(fields);
    this.options = options;
    this.sentOnly = sentOnly;
  }

  read(input: unknown, issues: Issue[]): T | Invalid {
    const { prepare, check } = this.options;
    const prepared = prepare === undefined ? input : prepareInput(prepare, input, issues);
    if (prepared === INVALID) return INVALID;
    if (!isObject(prepared)) return refuseModel(prepared, issues);
    this.reader ??= this.compileReader();
    const value = this.reader(prepared, issues);
    if (value === INVALID || check === undefined) return value;
    const complaint = check(value);
    return complaint === undefined ? value : complain(issues, complaint, input);
  }

  /** The fields are those of T, so what reads them reads a T. */
  private compileReader(): Reader<T> {
    return compileReader(this.keys, { forbid: this.options.extra === "forbid", sentOnly: this.sentOnly }) as Reader<T>;
  }

  write(value: T): string {
    if (this.sentOnly) return writeSent(this.keys, value as Record<string, unknown>);
    this.writer ??= compileWriter(this.keys);
    return this.writer(value);
  }

  describe(writer: SchemaWriter): JsonSchema {
    return writer.refer(this.name, () => ({ ...this.properties(writer), title: this.name, type: "object" }));
  }

  private properties(writer: SchemaWriter): JsonSchema {
    const { extra, description } = this.options;
    const required = [...this.keys].filter(([, node]) => node.fallback === undefined).map(([key]) => key);
    return {
      ...(extra === "forbid" && { additionalProperties: false }),
      ...(description !== undefined && { description }),
      properties: writer.properties(this.keys),
      ...(required.length > 0 && { required }),
    };
  }

  label(): string {
    const { check } = this.options;
    return check === undefined ? this.name : `function-after[${check.name}(), ${this.name}]`;
  }

  holds(value: unknown): boolean {
    return isObject(value) && [...this.keys].every(([key, node]) => node.holds(value[key]));
  }
}

export function refuseModel(input: unknown, issues: Issue[]): Invalid {
  return fail(issues, "model_attributes_type", "Input should be a valid dictionary or object to extract fields from", input);
}

function writeSent(keys: Keys, value: Readonly<Record<string, unknown>>): string {
  const sent = [...keys].filter(([key]) => value[key] !== undefined);
  return `{${sent.map(([key, node]) => `${quote(key)}:${node.write(value[key])}`).join(",")}}`;
}

/** The fields of a model by key. A key that every object inherits would seem present where it was not sent. */
export function keysOf<T>(fields: Fields<T>): Keys {
  const entries = Object.entries<Schema<unknown>>(fields);
  const inherited = entries.find(([key]) => key in Object.prototype);
  if (inherited) throw new TypeError(`a model cannot have the key ${inherited[0]}`);
  return new Map(entries.map(([key, schema]) => [key, nodeOf(schema)]));
}

/** An object with known keys. */
export function model<T>(name: string, fields: Fields<T>, options: ModelOptions<T> = {}): ModelNode<T> {
  return new ModelNode(name, fields, options, false);
}

/** An object of changes: unknown keys are forbidden, and the value holds only the keys that were sent. */
export function patch<T>(
  name: string,
  fields: Fields<T>,
  options: Omit<ModelOptions<Partial<T>>, "extra"> = {},
): ModelNode<Partial<T>> {
  const partial: Fields<Partial<T>> = fields;
  return new ModelNode(name, partial, { ...options, extra: "forbid" }, true);
}
