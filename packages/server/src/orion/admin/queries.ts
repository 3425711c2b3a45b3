import { workspaceStatement } from "../../platform/database/index.ts";

/** The document that holds results by default; no row when none was set or it was deleted since. */
export const readResultStorage = workspaceStatement<[key: string], { id: string }>(
  "admin.read-result-storage",
  `select document.id
  from orion.configuration
  join orion.block_document document
    on document.workspace_id = configuration.workspace_id and document.id = (configuration.value ->> 'block_document_id')::uuid
  where configuration.workspace_id = $1 and configuration.key = $2`,
);

/** Sets the document if it can hold results: if its block can read and write paths. */
export const setResultStorage = workspaceStatement<[key: string, blockDocumentId: string], { suitable: boolean }>(
  "admin.set-result-storage",
  `with document as (
    select schema.capabilities @> '{read-path,write-path}' as suitable
    from orion.block_document document
    join orion.block_schema schema on schema.workspace_id = document.workspace_id and schema.id = document.block_schema_id
    where document.workspace_id = $1 and document.id = $3
  ), set as (
    insert into orion.configuration (workspace_id, key, value)
    select $1, $2, jsonb_build_object('block_document_id', $3::uuid) from document where suitable
    on conflict (workspace_id, key) do update set value = excluded.value, updated = now()
  )
  select suitable from document`,
);

export const clearResultStorage = workspaceStatement<[key: string], unknown>(
  "admin.clear-result-storage",
  "delete from orion.configuration where workspace_id = $1 and key = $2",
);
