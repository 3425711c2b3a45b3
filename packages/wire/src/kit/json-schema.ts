import type { Node } from "./schema.ts";

/** A JSON Schema (2020-12) as plain JSON. */
export type JsonSchema = { [key: string]: unknown };

/** What the schema describes: what is accepted, or what is sent. */
export type Mode = "validation" | "serialization";

/** Collects the definitions that a JSON Schema refers to. */
export class SchemaWriter {
  readonly mode: Mode;
  readonly definitions: Map<string, JsonSchema> = new Map();
  private readonly prefix: string;

  constructor(mode: Mode, prefix = "#/$defs/") {
    this.mode = mode;
    this.prefix = prefix;
  }

  /** A reference to the definition `name`, written once by `describe`. */
  refer(name: string, describe: () => JsonSchema): JsonSchema {
    if (!this.definitions.has(name)) {
      this.definitions.set(name, {});
      this.definitions.set(name, describe());
    }
    return { $ref: this.prefix + name };
  }

  /** The schema of a node with its notes, without the title that a field adds. */
  schema(node: Node<unknown>): JsonSchema {
    return { ...node.describe(this), ...noted(node) };
  }

  /** The schemas of the fields of a model. */
  properties(keys: ReadonlyMap<string, Node<unknown>>): JsonSchema {
    return Object.fromEntries([...keys].map(([key, node]) => [key, this.field(key, node)]));
  }

  /** The schema of the field `key` of a model. */
  private field(key: string, node: Node<unknown>): JsonSchema {
    const fallback = node.fallback?.documented ? { default: JSON.parse(node.write(node.fallback.make())) } : {};
    const title = node.titled() ? { title: titleOf(key) } : {};
    return { ...title, ...node.describe(this), ...fallback, ...noted(node) };
  }
}

function noted(node: Node<unknown>): JsonSchema {
  const { extra, ...notes } = node.notes;
  return { ...notes, ...extra };
}

/** pydantic's title of a field: "flow_run_id" is "Flow Run Id". */
export function titleOf(key: string): string {
  return key
    .replaceAll("_", " ")
    .trim()
    .replaceAll(/[A-Za-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}
