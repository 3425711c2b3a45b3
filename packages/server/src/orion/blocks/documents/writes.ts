import { workspaceStatement } from "../../../platform/database/index.ts";

/** Answers no row where the type has a document of that name. No event id, no event: anonymous documents are silent. */
export const insertBlockDocument = workspaceStatement<
  [
    id: string,
    typeId: string,
    schemaId: string,
    name: string,
    isAnonymous: boolean,
    data: string,
    fields: string[],
    references: string[],
    eventId: string | null,
    event: string,
  ],
  { id: string }
>(
  "block-document.insert",
  `with inserted as (
    insert into orion.block_document (workspace_id, id, block_type_id, block_schema_id, name, is_anonymous, data)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (workspace_id, block_type_id, name) do nothing
    returning id
  ), referring as (
    insert into orion.block_document_reference (workspace_id, parent_block_document_id, name, reference_block_document_id)
    select $1, inserted.id, field.name, field.target
    from inserted, unnest($8::text[], $9::uuid[]) as field (name, target)
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $10::uuid, $11 from inserted where $10::uuid is not null
  )
  select id from inserted`,
);

/** Holds the document for the rest of the transaction, so that two changes of it do not mix. */
export const lockBlockDocument = workspaceStatement<[id: string], { id: string }>(
  "block-document.lock",
  "select id from orion.block_document where workspace_id = $1 and id = $2 for update",
  { alone: true },
);

/** Of the documents, one from which `id` can be reached; a reference to it would close a circle. */
export const readCircularReference = workspaceStatement<[id: string, references: string[]], { reference: string }>(
  "block-document.read-circular-reference",
  `with recursive reachable (origin, id) as (
    select target, target from unnest($3::uuid[]) as given (target)
    union
    select reachable.origin, reference.reference_block_document_id
    from reachable join orion.block_document_reference as reference
      on reference.workspace_id = $1 and reference.parent_block_document_id = reachable.id
  )
  select origin as reference from reachable where id = $2 limit 1`,
);

/** Writes values, schema and references as they shall be; references that are not given are gone. */
export const updateBlockDocument = workspaceStatement<
  [id: string, schemaId: string, data: string, fields: string[], references: string[], eventId: string | null, event: string],
  { id: string }
>(
  "block-document.update",
  `with changed as (
    update orion.block_document set block_schema_id = $3, data = $4, updated = now()
    where workspace_id = $1 and id = $2
    returning id
  ), dropped as (
    delete from orion.block_document_reference
    where workspace_id = $1 and parent_block_document_id = $2 and name <> all ($5::text[])
  ), referring as (
    insert into orion.block_document_reference as known (workspace_id, parent_block_document_id, name, reference_block_document_id)
    select $1, changed.id, field.name, field.target
    from changed, unnest($5::text[], $6::uuid[]) as field (name, target)
    on conflict (workspace_id, parent_block_document_id, name)
    do update set reference_block_document_id = excluded.reference_block_document_id, updated = now()
    where known.reference_block_document_id <> excluded.reference_block_document_id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $7::uuid, $8 from changed where $7::uuid is not null
  )
  select id from changed`,
);

export const announceOnly = workspaceStatement<[eventId: string, event: string], { id: string }>(
  "block-document.announce",
  "insert into orion.outbox (workspace_id, id, event) values ($1, $2, $3) returning id",
);

export const deleteBlockDocument = workspaceStatement<[id: string, eventId: string | null, event: string], { id: string }>(
  "block-document.delete",
  `with gone as (
    delete from orion.block_document where workspace_id = $1 and id = $2 returning id
  ), announced as (
    insert into orion.outbox (workspace_id, id, event) select $1, $3::uuid, $4 from gone where $3::uuid is not null
  )
  select id from gone`,
);
