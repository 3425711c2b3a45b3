import { objectOf, type Tree, type TreeObject, textOf, writeTree } from "../json-tree.ts";
import { blockSchemaChecksum, reachableDefinitions } from "./checksum.ts";

/** The schema of a block that another block holds, as it stands among the definitions of the outer one. */
export interface NestedSchema {
  readonly slug: string;
  readonly checksum: string;
  /** JSON text. */
  readonly fields: string;
}

/** The slugs of the blocks that the fields hold: a field refers to one block, or to several of which it is one. */
export function nestedSlugs(fields: TreeObject): string[] {
  const references = objectOf(fields.get("block_schema_references")) ?? new Map<string, Tree>();
  const listed = [...references.values()].flatMap((reference) => (Array.isArray(reference) ? reference : [reference]));
  const slugs = listed.map((reference) => textOf(objectOf(reference)?.get("block_type_slug")));
  return [...new Set(slugs.filter((slug) => slug !== undefined))];
}

/** How many blocks are among the definitions. */
export function nestedBlockCount(fields: TreeObject): number {
  const definitions = objectOf(fields.get("definitions")) ?? new Map<string, Tree>();
  return [...definitions.values()].filter((definition) => objectOf(definition)?.has("block_type_slug")).length;
}

/** The schemas of the blocks among the definitions, each complete with the definitions that it needs itself. */
export function nestedSchemas(fields: TreeObject): NestedSchema[] {
  const definitions = objectOf(fields.get("definitions"));
  if (definitions === undefined) return [];
  return reachableDefinitions(fields, definitions).flatMap(([, definition]) => {
    const slug = textOf(objectOf(definition)?.get("block_type_slug"));
    if (slug === undefined || !(definition instanceof Map)) return [];
    const own = completed(definition, definitions);
    return [{ slug, checksum: blockSchemaChecksum(own), fields: writeTree(withReferences(own)) }];
  });
}

function completed(definition: TreeObject, definitions: TreeObject): TreeObject {
  const needed = reachableDefinitions(definition, definitions);
  const own = new Map(definition);
  if (needed.length > 0) own.set("definitions", new Map(needed));
  return own;
}

/** The fields as they are kept and read: the references are there even when there are none. */
export function withReferences(fields: TreeObject): TreeObject {
  return fields.has("block_schema_references") ? fields : new Map(fields).set("block_schema_references", new Map());
}
