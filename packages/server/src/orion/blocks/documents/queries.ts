import type {
  BlockDocumentFilter,
  BlockDocumentSort,
  BlockSchemaFilter,
  BlockTypeFilter,
  JsonText,
  Timestamp,
} from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../../platform/database/index.ts";
import { blockDocumentMatches, blockSchemaMatches, blockTypeMatches } from "../filters.ts";
import { JOINED_TYPE_COLUMNS, type JoinedTypeRow } from "../types/queries.ts";

/** A document of the page that was asked for, or one that such a document refers to. */
export interface BlockDocumentRow extends JoinedTypeRow {
  /** Place in the page; null for a document that is only referred to. */
  rank: number | null;
  id: string;
  created: Timestamp;
  updated: Timestamp;
  name: string;
  /** Encrypted. */
  data: string;
  is_anonymous: boolean;
  schema_id: string;
  schema_created: Timestamp;
  schema_updated: Timestamp;
  checksum: string;
  version: string;
  capabilities: string[];
  /** Null where the document is only referred to: the definitions of a schema are long. */
  fields: JsonText | null;
  secret_fields: JsonText | null;
  /** By field: the id of the document that the field's value comes from. */
  document_references: Record<string, string> | null;
}

/** Around the choice of a page (workspace_id, id, rank): its documents and all that they refer to, at any depth. */
const BEFORE = "with recursive page as (";
const AFTER = `), reachable as (
    select workspace_id, id from page
    union
    select reference.workspace_id, reference.reference_block_document_id
    from reachable join orion.block_document_reference as reference
      on reference.workspace_id = reachable.workspace_id and reference.parent_block_document_id = reachable.id
  )
  select page.rank, document.id, document.created, document.updated, document.name, document.data, document.is_anonymous,
    schema.id as schema_id, schema.created as schema_created, schema.updated as schema_updated, schema.checksum,
    schema.version, schema.capabilities, case when page.id is not null then schema.fields end as fields,
    schema.fields -> 'secret_fields' as secret_fields, ${JOINED_TYPE_COLUMNS},
    (select jsonb_object_agg(reference.name, reference.reference_block_document_id)
      from orion.block_document_reference as reference
      where reference.workspace_id = document.workspace_id and reference.parent_block_document_id = document.id
    ) as document_references
  from reachable
  join orion.block_document as document on document.workspace_id = reachable.workspace_id and document.id = reachable.id
  join orion.block_schema as schema on schema.workspace_id = document.workspace_id and schema.id = document.block_schema_id
  join orion.block_type as type on type.workspace_id = document.workspace_id and type.id = document.block_type_id
  left join page on page.id = reachable.id`;

export const readBlockDocument = workspaceStatement<[id: string], BlockDocumentRow>(
  "block-document.read",
  `${BEFORE}
    select workspace_id, id, 1 as rank from orion.block_document where workspace_id = $1 and id = $2
  ${AFTER}`,
);

export const readBlockDocumentByName = workspaceStatement<[typeSlug: string, name: string], BlockDocumentRow>(
  "block-document.read-by-name",
  `${BEFORE}
    select document.workspace_id, document.id, 1 as rank from orion.block_document as document
    join orion.block_type as type on type.workspace_id = document.workspace_id and type.id = document.block_type_id
    where document.workspace_id = $1 and type.slug = $2 and document.name = $3
  ${AFTER}`,
);

export interface BlockDocumentFilters {
  readonly documents: BlockDocumentFilter | null;
  readonly types: BlockTypeFilter | null;
  readonly schemas: BlockSchemaFilter | null;
}

export interface BlockDocumentList extends BlockDocumentFilters {
  readonly sort: BlockDocumentSort;
  readonly limit: number;
  readonly offset: number;
}

const ORDER = {
  NAME_ASC: sql`document.name, document.id`,
  NAME_DESC: sql`document.name desc, document.id`,
  BLOCK_TYPE_AND_NAME_ASC: sql`type.name, document.name, document.id`,
} as const satisfies Record<BlockDocumentSort, Fragment>;

const FROM = sql`orion.block_document as document
  join orion.block_type as type on type.workspace_id = document.workspace_id and type.id = document.block_type_id
  join orion.block_schema as schema on schema.workspace_id = document.workspace_id and schema.id = document.block_schema_id`;

function matching({ documents, types, schemas }: BlockDocumentFilters): Fragment {
  return sql`${blockDocumentMatches(documents)} and ${blockTypeMatches(types)} and ${blockSchemaMatches(schemas)}`;
}

/** The page in its order; documents that are only referred to come after it. */
export function listBlockDocuments(database: WorkspaceExecutor, asked: BlockDocumentList): Promise<BlockDocumentRow[]> {
  return database.compose<BlockDocumentRow>(
    (workspace) => sql`${Fragment.text(BEFORE)}
      select document.workspace_id, document.id, row_number() over (order by ${ORDER[asked.sort]}) as rank from ${FROM}
      where document.workspace_id = ${workspace} and ${matching(asked)}
      order by rank limit ${asked.limit} offset ${asked.offset}
      ${Fragment.text(AFTER)} order by page.rank`,
  );
}

export async function countBlockDocuments(database: WorkspaceExecutor, asked: BlockDocumentFilters): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from ${FROM} where document.workspace_id = ${workspace} and ${matching(asked)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
