import { type BlockSchema, type BlockSchemaFilter, type JsonText, type Timestamp } from "@praetor/wire";
import { sql, type WorkspaceExecutor, workspaceStatement } from "../../../platform/database/index.ts";
import { blockSchemaMatches } from "../filters.ts";
import { blockTypeOf, JOINED_TYPE_COLUMNS, type JoinedTypeRow } from "../types/queries.ts";

const COLUMNS = `schema.id, schema.created, schema.updated, schema.checksum, schema.fields, schema.block_type_id,
  schema.capabilities, schema.version, ${JOINED_TYPE_COLUMNS}` as const;
const FROM = `orion.block_schema as schema
  join orion.block_type as type on type.workspace_id = schema.workspace_id and type.id = schema.block_type_id`;

interface BlockSchemaRow extends JoinedTypeRow {
  id: string;
  created: Timestamp;
  updated: Timestamp;
  checksum: string;
  fields: JsonText;
  block_type_id: string;
  capabilities: string[];
  version: string;
}

function blockSchemaOf(row: BlockSchemaRow): BlockSchema {
  const { id, created, updated, checksum, fields, block_type_id, capabilities, version } = row;
  return { id, created, updated, checksum, fields, block_type_id, block_type: blockTypeOf(row), capabilities, version };
}

const readById = workspaceStatement<[id: string], BlockSchemaRow>(
  "block-schema.read",
  `select ${COLUMNS} from ${FROM} where schema.workspace_id = $1 and schema.id = $2`,
);

export async function readBlockSchema(database: WorkspaceExecutor, id: string): Promise<BlockSchema | undefined> {
  const row = await database.first(readById, id);
  return row && blockSchemaOf(row);
}

const readByChecksum = workspaceStatement<[checksum: string, version: string | null], BlockSchemaRow>(
  "block-schema.read-by-checksum",
  `select ${COLUMNS} from ${FROM}
  where schema.workspace_id = $1 and schema.checksum = $2 and schema.version = coalesce($3, schema.version)
  order by schema.created desc, schema.id desc limit 1`,
);

/** The newest schema of that content, or the one of that version. */
export async function readBlockSchemaByChecksum(
  database: WorkspaceExecutor,
  checksum: string,
  version: string | null,
): Promise<BlockSchema | undefined> {
  const row = await database.first(readByChecksum, checksum, version);
  return row && blockSchemaOf(row);
}

/** Whether the type exists, and which of the slugs do. */
export const readKnownTypes = workspaceStatement<[id: string, slugs: string[]], { known: boolean; slugs: string[] }>(
  "block-schema.read-known-types",
  `select exists (select from orion.block_type where workspace_id = $1 and id = $2) as known,
    array(select slug from orion.block_type where workspace_id = $1 and slug = any($3)) as slugs`,
);

/** The nested schemas whose content is not known under any version are made of the columns of equal position. */
export const insertBlockSchema = workspaceStatement<
  [
    id: string,
    typeId: string,
    checksum: string,
    version: string,
    fields: string,
    capabilities: string[],
    nestedSlugs: string[],
    nestedChecksums: string[],
    nestedFields: string[],
  ],
  { id: string }
>(
  "block-schema.insert",
  `with nested as (
    insert into orion.block_schema (workspace_id, id, block_type_id, checksum, fields)
    select $1, gen_random_uuid(), type.id, given.checksum, given.fields::json
    from unnest($8::text[], $9::text[], $10::text[]) as given (slug, checksum, fields)
    join orion.block_type as type on type.workspace_id = $1 and type.slug = given.slug
    where not exists (select from orion.block_schema as known where known.workspace_id = $1 and known.checksum = given.checksum)
    on conflict do nothing
  )
  insert into orion.block_schema (workspace_id, id, block_type_id, checksum, version, fields, capabilities)
  values ($1, $2, $3, $4, $5, $6::json, $7)
  on conflict (workspace_id, checksum, version) do nothing
  returning id`,
);

/** Takes the schema's documents with it. */
export const deleteBlockSchema = workspaceStatement<[id: string], { id: string }>(
  "block-schema.delete",
  `delete from orion.block_schema where workspace_id = $1 and id = $2 returning id`,
);

export interface BlockSchemaList {
  readonly schemas: BlockSchemaFilter | null;
  readonly limit: number;
  readonly offset: number;
}

export async function listBlockSchemas(database: WorkspaceExecutor, asked: BlockSchemaList): Promise<BlockSchema[]> {
  const rows = await database.compose<BlockSchemaRow>(
    (workspace) => sql`
      select ${sql.raw(COLUMNS)} from ${sql.raw(FROM)}
      where schema.workspace_id = ${workspace} and ${blockSchemaMatches(asked.schemas)}
      order by schema.created desc, schema.id desc limit ${asked.limit} offset ${asked.offset}`,
    { access: "replica" },
  );
  return rows.map(blockSchemaOf);
}

/** What any schema can do; clients show blocks by it. */
export const readCapabilities = workspaceStatement<[], { capability: string }>(
  "block-capability.list",
  `select distinct unnest(capabilities) as capability from orion.block_schema where workspace_id = $1 order by capability`,
);
