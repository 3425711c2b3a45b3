import { createHash } from "node:crypto";
import { objectOf, type Tree, type TreeObject, textOf } from "../json-tree.ts";
import { pythonJson } from "../python-json.ts";

const REFERENCE = "#/definitions/";

/**
 * The name of a block schema by its content, as clients compute it: secrets' whereabouts and the definitions of nested
 * blocks do not count, the latter because each has a checksum of its own.
 */
export function blockSchemaChecksum(fields: TreeObject): string {
  const counted = new Map(withoutSecretFields(fields));
  const definitions = objectOf(counted.get("definitions"));
  if (definitions !== undefined) {
    const kept = reachableDefinitions(fields, definitions).filter(([, definition]) => isPlain(definition));
    counted.delete("definitions");
    if (kept.length > 0) counted.set("definitions", withoutSecretFields(new Map(kept)));
  }
  const text = pythonJson([[counted], new Map()]);
  return `sha256:${createHash("sha256").update(text, "ascii").digest("hex")}`;
}

/** A definition that has content and is not a block. */
function isPlain(definition: Tree): boolean {
  const object = objectOf(definition);
  return object !== undefined && object.size > 0 && !object.has("block_type_slug");
}

/** Descends through objects only, never into lists: the rule of the clients. */
function withoutSecretFields(object: TreeObject): TreeObject {
  const kept = [...object].filter(([key]) => key !== "secret_fields");
  return new Map(kept.map(([key, value]) => [key, value instanceof Map ? withoutSecretFields(value) : value]));
}

/** The definitions that `fields` refers to, directly or through other definitions, in the order they are listed. */
export function reachableDefinitions(fields: TreeObject, definitions: TreeObject): [string, Tree][] {
  const found = new Set<string>();
  const pending: Tree[] = [...fields].filter(([key]) => key !== "definitions").map(([, value]) => value);
  for (let tree = pending.pop(); tree !== undefined; tree = pending.pop()) {
    for (const name of referencesIn(tree)) {
      const definition = definitions.get(name);
      if (found.has(name) || definition === undefined) continue;
      found.add(name);
      pending.push(definition);
    }
  }
  return [...definitions].filter(([name]) => found.has(name));
}

function referencesIn(tree: Tree): string[] {
  if (Array.isArray(tree)) return tree.flatMap(referencesIn);
  if (!(tree instanceof Map)) return [];
  return [...tree].flatMap(([key, value]) => {
    const reference = key === "$ref" ? textOf(value) : undefined;
    return reference?.startsWith(REFERENCE) ? [reference.slice(REFERENCE.length)] : referencesIn(value);
  });
}
