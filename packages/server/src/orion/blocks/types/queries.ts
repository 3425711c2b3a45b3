import type { BlockSchemaFilter, BlockType, BlockTypeFilter, BlockTypePresentation, Timestamp } from "@praetor/wire";
import { sql, type WorkspaceExecutor, workspaceStatement } from "../../../platform/database/index.ts";
import { blockSchemaMatches, blockTypeMatches } from "../filters.ts";

const COLUMNS = "id, created, updated, name, slug, logo_url, documentation_url, description, code_example, is_protected";

/** The columns of a block type beside those of what belongs to it; `blockTypeOf` puts them together again. */
export const JOINED_TYPE_COLUMNS = `type.id as type_id, type.created as type_created, type.updated as type_updated,
  type.name as type_name, type.slug as type_slug, type.logo_url as type_logo_url,
  type.documentation_url as type_documentation_url, type.description as type_description,
  type.code_example as type_code_example, type.is_protected as type_is_protected`;

export interface JoinedTypeRow {
  type_id: string;
  type_created: Timestamp;
  type_updated: Timestamp;
  type_name: string;
  type_slug: string;
  type_logo_url: string | null;
  type_documentation_url: string | null;
  type_description: string | null;
  type_code_example: string | null;
  type_is_protected: boolean;
}

export function blockTypeOf(row: JoinedTypeRow): BlockType {
  return {
    id: row.type_id,
    created: row.type_created,
    updated: row.type_updated,
    name: row.type_name,
    slug: row.type_slug,
    logo_url: row.type_logo_url,
    documentation_url: row.type_documentation_url,
    description: row.type_description,
    code_example: row.type_code_example,
    is_protected: row.type_is_protected,
  };
}

/** Answers no row where the slug is taken. */
export const insertBlockType = workspaceStatement<
  [
    id: string,
    name: string,
    slug: string,
    logoUrl: string | null,
    documentationUrl: string | null,
    description: string | null,
    codeExample: string | null,
    eventId: string,
    event: string,
  ],
  BlockType
>(
  "block-type.insert",
  `with inserted as (
    insert into orion.block_type (workspace_id, id, name, slug, logo_url, documentation_url, description, code_example)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (workspace_id, slug) do nothing
    returning ${COLUMNS}
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $9, $10 from inserted
  )
  select * from inserted`,
);

export const readBlockType = workspaceStatement<[id: string], BlockType>(
  "block-type.read",
  `select ${COLUMNS} from orion.block_type where workspace_id = $1 and id = $2`,
);

export const readBlockTypeBySlug = workspaceStatement<[slug: string], BlockType>(
  "block-type.read-by-slug",
  `select ${COLUMNS} from orion.block_type where workspace_id = $1 and slug = $2`,
);

/** The changes hold only the keys to write: a key with null clears its column. */
export const updateBlockType = workspaceStatement<
  [id: string, changes: Partial<BlockTypePresentation>, eventId: string, event: string],
  { id: string }
>(
  "block-type.update",
  `with changed as (
    update orion.block_type set
      updated = now(),
      logo_url = case when $3::jsonb ? 'logo_url' then $3::jsonb ->> 'logo_url' else logo_url end,
      documentation_url = case when $3::jsonb ? 'documentation_url' then $3::jsonb ->> 'documentation_url' else documentation_url end,
      description = case when $3::jsonb ? 'description' then $3::jsonb ->> 'description' else description end,
      code_example = case when $3::jsonb ? 'code_example' then $3::jsonb ->> 'code_example' else code_example end
    where workspace_id = $1 and id = $2
    returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $4, $5 from changed
  )
  select id from changed`,
);

/** Takes the type's schemas and documents with it. */
export const deleteBlockType = workspaceStatement<[id: string, eventId: string, event: string], { id: string }>(
  "block-type.delete",
  `with gone as (
    delete from orion.block_type where workspace_id = $1 and id = $2 returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $3, $4 from gone
  )
  select id from gone`,
);

export interface BlockTypeList {
  readonly types: BlockTypeFilter | null;
  readonly schemas: BlockSchemaFilter | null;
  readonly limit: number;
  readonly offset: number;
}

export function listBlockTypes(database: WorkspaceExecutor, asked: BlockTypeList): Promise<BlockType[]> {
  const having = asked.schemas
    ? sql`and exists (select from orion.block_schema as schema
        where schema.workspace_id = type.workspace_id and schema.block_type_id = type.id and ${blockSchemaMatches(asked.schemas)})`
    : sql``;
  return database.compose<BlockType>(
    (workspace) => sql`
      select ${sql.raw(COLUMNS)} from orion.block_type as type
      where type.workspace_id = ${workspace} and ${blockTypeMatches(asked.types)} ${having}
      order by type.name, type.id limit ${asked.limit} offset ${asked.offset}`,
    { access: "replica" },
  );
}
