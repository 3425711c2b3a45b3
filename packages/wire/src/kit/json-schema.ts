import { type Node, nodeOf, type Schema } from "./schema.ts";

/** A JSON Schema (2020-12) as plain JSON. */
export type JsonSchema = { [key: string]: unknown };

/** Writes schemas as pydantic prints them, and collects the definitions that they refer to. */
export class SchemaWriter {
  readonly definitions: Map<string, JsonSchema> = new Map();
  private readonly prefix: string;

  /** `prefix` is where the document that is made keeps its definitions. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** A reference to the definition `name`, which `describe` writes at the first one. */
  refer(name: string, describe: () => JsonSchema): JsonSchema {
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {});
      this.definitions.set(name, describe());
    }
    return { $ref: this.prefix + name };
  }

  /** The schema of a value. */
  schema(node: Node<unknown>): JsonSchema {
    return { ...this.type(node), ...noted(node) };
  }

  private type(node: Node<unknown>): JsonSchema {
    return node.notes.schema ?? node.describe(this);
  }

  /** The schemas of the fields of a model. */
  properties(keys: ReadonlyMap<string, Node<unknown>>): JsonSchema {
    return Object.fromEntries([...keys].map(([key, node]) => [key, this.field(key, node)]));
  }

  /** The schema of a value that is known by a name: the key of a model, a parameter. */
  field(name: string, node: Node<unknown>): JsonSchema {
    const fallback = node.fallback?.documented ? { default: JSON.parse(node.write(node.fallback.make())) } : {};
    return { ...(node.titled() && { title: titleOf(name) }), ...this.type(node), ...fallback, ...noted(node) };
  }
}

function noted({ notes }: Node<unknown>): JsonSchema {
  const { extra, schema: _, ...said } = notes;
  return { ...said, ...extra };
}

/** "flow_run_id" is "Flow Run Id", as Python's title() has it. */
export function titleOf(name: string): string {
  const words = name.replaceAll("_", " ").trim().toLowerCase();
  return words.replaceAll(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}

const DEFINITIONS = "#/$defs/";

/** The JSON Schema of a schema, alone in its document. */
export function jsonSchema(schema: Schema<unknown>): JsonSchema {
  const writer = new SchemaWriter(DEFINITIONS);
  const written = writer.schema(nodeOf(schema));
  const definitions = Object.fromEntries(writer.definitions);
  const name = Object.keys(written).join() === "$ref" ? String(written["$ref"]).slice(DEFINITIONS.length) : "";
  const { [name]: root = written, ...others } = definitions;
  return Object.keys(others).length === 0 ? root : { $defs: others, ...root };
}
