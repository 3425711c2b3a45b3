import type { Dependencies } from "../../../platform/dependencies.ts";
import { type WorkspaceExecutor, workspaceStatement } from "../../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../../platform/tenancy.ts";
import { objectOf, parseTree } from "../json-tree.ts";
import { blockSchemaChecksum } from "../schemas/checksum.ts";
import { SYSTEM_BLOCKS, type SystemBlock } from "./system-blocks.ts";

/**
 * What is there already stays as it is, but for its protection: clients keep the texts of a type up to date with
 * their own release, and every start would undo that.
 */
const registerBlocks = workspaceStatement<[blocks: string], { id: string }>(
  "block-type.register",
  `with given as (
    select * from json_to_recordset($2::json) as block (
      name text, slug text, description text, code_example text, is_protected boolean,
      checksum text, fields json, capabilities text[])
  ), registered as (
    insert into orion.block_type as known (workspace_id, id, name, slug, description, code_example, is_protected)
    select $1, gen_random_uuid(), name, slug, description, code_example, is_protected from given
    on conflict (workspace_id, slug) do update set is_protected = excluded.is_protected
      where known.is_protected <> excluded.is_protected
    returning id, slug
  ), types as (
    select id, slug from registered
    union
    select id, slug from orion.block_type where workspace_id = $1 and slug in (select slug from given)
  )
  insert into orion.block_schema (workspace_id, id, block_type_id, checksum, fields, capabilities)
  select $1, gen_random_uuid(), types.id, given.checksum, given.fields, given.capabilities
  from given join types on types.slug = given.slug
  on conflict (workspace_id, checksum, version) do nothing
  returning id`,
);

function withChecksum(block: SystemBlock) {
  const fields = objectOf(parseTree(JSON.stringify(block.fields))) ?? new Map();
  return { ...block, checksum: blockSchemaChecksum(fields) };
}

/** Gives a workspace the built-in kinds of blocks; again, as often as one likes. */
export async function registerSystemBlocks(database: WorkspaceExecutor): Promise<void> {
  await database.all(registerBlocks, JSON.stringify(SYSTEM_BLOCKS.map(withChecksum)));
}

/** What a start does, unless the setting `register_blocks_on_start` says no. */
export async function registerBlocksOnStart(deps: Pick<Dependencies, "databases" | "settings">): Promise<void> {
  if (!deps.settings.registerBlocksOnStart) return;
  await registerSystemBlocks(deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID));
}
