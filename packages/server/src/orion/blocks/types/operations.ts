import type { BlockType, BlockTypeCreate, BlockTypePresentation } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../../platform/database/index.ts";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { apiError } from "../../../platform/errors.ts";
import { lifecycleEvent, type OutboxRow } from "../../outbox/index.ts";
import { deleteBlockType, insertBlockType, readBlockType, readBlockTypeBySlug, updateBlockType } from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;
type Announced = Omit<BlockType, "created" | "updated">;

function announce(deps: Deps, change: "created" | "updated" | "deleted", { id, ...type }: Announced): OutboxRow {
  const { name, slug, logo_url, documentation_url, description, code_example, is_protected } = type;
  return lifecycleEvent(deps, {
    event: `prefect.block-type.${change}`,
    resourceId: `prefect.block-type.${id}`,
    name,
    payload: JSON.stringify({ name, slug, logo_url, documentation_url, description, code_example, is_protected }),
  });
}

const escapeHtml = (text: string | null): string | null =>
  text?.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;") ?? null;
const unescapeHtml = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/**
 * Registers a kind of block. Its texts are shown in browsers, so that they are escaped here.
 * @throws ApiError `block_type_name_reserved`, `block_type_exists`
 */
export async function create(deps: Deps, database: WorkspaceDatabase, sent: BlockTypeCreate): Promise<BlockType> {
  if (/^prefect/i.test(sent.name)) throw apiError("block_type_name_reserved");
  const id = deps.ids.random();
  const type = { ...sent, description: escapeHtml(sent.description), code_example: escapeHtml(sent.code_example) };
  const event = announce(deps, "created", { id, ...type, is_protected: false });
  const { name, slug, logo_url, documentation_url, description, code_example } = type;
  const made = await database.first(
    insertBlockType,
    id,
    name,
    slug,
    logo_url,
    documentation_url,
    description,
    code_example,
    event.id,
    event.event,
  );
  if (made === undefined) throw apiError("block_type_exists", `Block type with name "${name}" already exists`);
  return made;
}

/** @throws ApiError `block_type_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<BlockType> {
  const type = await database.first(readBlockType, id);
  if (type === undefined) throw apiError("block_type_not_found");
  return type;
}

/** @throws ApiError `block_type_not_found` */
export async function readBySlug(database: WorkspaceDatabase, slug: string): Promise<BlockType> {
  const type = await database.first(readBlockTypeBySlug, slug);
  if (type === undefined) throw apiError("block_type_not_found");
  return type;
}

/**
 * Writes what differs. Clients send the texts unescaped and after every release, so that a text that equals the
 * stored one once unescaped is no change: nothing is written and nothing announced.
 * @throws ApiError `block_type_not_found`
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  id: string,
  sent: Partial<BlockTypePresentation>,
): Promise<void> {
  const type = await read(database, id);
  const stored: Record<string, unknown> = { ...type };
  const differs = Object.entries(sent).some(([key, value]) => {
    const old = stored[key];
    return value !== old && (typeof old !== "string" || value !== unescapeHtml(old));
  });
  if (!differs) return;
  const event = announce(deps, "updated", { ...type, ...sent });
  if (!(await database.first(updateBlockType, id, sent, event.id, event.event))) throw apiError("block_type_not_found");
}

/** Deletes the type with its schemas and documents. @throws ApiError `block_type_not_found`, `block_type_protected` */
export async function remove(deps: Deps, database: WorkspaceDatabase, id: string): Promise<void> {
  const type = await read(database, id);
  if (type.is_protected) throw apiError("block_type_protected");
  const event = announce(deps, "deleted", type);
  if (!(await database.first(deleteBlockType, id, event.id, event.event))) throw apiError("block_type_not_found");
}
