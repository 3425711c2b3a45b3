import type { BlockSchema, BlockSchemaCreate } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../../platform/database/index.ts";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { apiError } from "../../../platform/errors.ts";
import { objectOf, parseTree, type TreeObject, writeTree } from "../json-tree.ts";
import { blockSchemaChecksum } from "./checksum.ts";
import { nestedBlockCount, nestedSchemas, nestedSlugs, withReferences } from "./nested.ts";
import { deleteBlockSchema, insertBlockSchema, readBlockSchema, readBlockSchemaByChecksum, readKnownTypes } from "./queries.ts";

type Deps = Pick<Dependencies, "ids">;

/** Real schemas take a few thousand characters and hold a handful of blocks; each nested one is stored with all it needs. */
const MOST_CHARACTERS = 1_000_000;
const MOST_NESTED = 50;

/**
 * The schema of that content and version, made if there is none; one that exists is answered unchanged.
 * @throws ApiError `block_schema_too_large`, `block_type_unknown`, `block_schema_nests_unknown_type`
 */
export async function ensure(
  deps: Deps,
  database: WorkspaceDatabase,
  sent: BlockSchemaCreate,
): Promise<{ created: boolean; schema: BlockSchema }> {
  if (sent.fields.text.length > MOST_CHARACTERS) throw apiError("block_schema_too_large");
  const fields = objectOf(parseTree(sent.fields.text)) ?? new Map();
  if (nestedBlockCount(fields) > MOST_NESTED) throw apiError("block_schema_too_large");
  const checksum = blockSchemaChecksum(fields);
  const existing = await readBlockSchemaByChecksum(database, checksum, sent.version);
  if (existing !== undefined) return { created: false, schema: existing };
  await checkTypes(database, sent.block_type_id, nestedSlugs(fields));
  const created = await insert(deps, database, sent, fields, checksum);
  const schema = await readBlockSchemaByChecksum(database, checksum, sent.version);
  // Deleted between the insert and the read: it is gone for everyone, so that the caller starts again.
  return schema === undefined ? ensure(deps, database, sent) : { created, schema };
}

async function checkTypes(database: WorkspaceDatabase, typeId: string, nested: string[]): Promise<void> {
  const types = await database.first(readKnownTypes, typeId, nested);
  if (!types?.known) throw apiError("block_type_unknown", `Block type ${typeId} not found.`);
  const missing = nested.find((slug) => !types.slugs.includes(slug));
  if (missing === undefined) return;
  throw apiError(
    "block_schema_nests_unknown_type",
    `Cannot create block schema because block type '${missing}' was not found.Did you forget to register the block type?`,
  );
}

async function insert(
  deps: Deps,
  database: WorkspaceDatabase,
  sent: BlockSchemaCreate,
  fields: TreeObject,
  checksum: string,
): Promise<boolean> {
  const nested = nestedSchemas(fields);
  const inserted = await database.first(
    insertBlockSchema,
    deps.ids.random(),
    sent.block_type_id,
    checksum,
    sent.version,
    writeTree(withReferences(fields)),
    sent.capabilities,
    nested.map(({ slug }) => slug),
    nested.map((schema) => schema.checksum),
    nested.map((schema) => schema.fields),
  );
  return inserted !== undefined;
}

/** @throws ApiError `block_schema_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<BlockSchema> {
  const schema = await readBlockSchema(database, id);
  if (schema === undefined) throw apiError("block_schema_not_found");
  return schema;
}

/** The newest schema of that content, or the one of that version. @throws ApiError `block_schema_not_found` */
export async function readByChecksum(
  database: WorkspaceDatabase,
  checksum: string,
  version: string | null,
): Promise<BlockSchema> {
  const schema = await readBlockSchemaByChecksum(database, checksum, version);
  if (schema === undefined) throw apiError("block_schema_not_found");
  return schema;
}

/** Deletes the schema with its documents. @throws ApiError `block_schema_not_found`, `block_schema_protected` */
export async function remove(database: WorkspaceDatabase, id: string): Promise<void> {
  const schema = await read(database, id);
  if (schema.block_type?.is_protected) throw apiError("block_schema_protected");
  if (!(await database.first(deleteBlockSchema, id))) throw apiError("block_schema_not_found");
}
