import type { BlockDocument, BlockDocumentCreate, BlockDocumentUpdate } from "@praetor/wire";
import type { WorkspaceDatabase, WorkspaceExecutor } from "../../../platform/database/index.ts";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { apiError } from "../../../platform/errors.ts";
import type { DocumentEncryption } from "../encryption.ts";
import { objectOf, parseTree, type TreeObject } from "../json-tree.ts";
import { SecretFields } from "../secret-fields.ts";
import { readBlockSchema } from "../schemas/queries.ts";
import { readBySlug } from "../types/operations.ts";
import { announce } from "./announce.ts";
import { DocumentAssembly, secretFieldsOf } from "./assemble.ts";
import {
  type BlockDocumentList,
  type BlockDocumentRow,
  listBlockDocuments,
  readBlockDocument,
  readBlockDocumentByName,
} from "./queries.ts";
import { type Parted, part } from "./references.ts";
import {
  announceOnly,
  deleteBlockDocument,
  insertBlockDocument,
  lockBlockDocument,
  readCircularReference,
  updateBlockDocument,
} from "./writes.ts";

export interface DocumentDeps extends Pick<Dependencies, "clock" | "ids"> {
  readonly encryption: DocumentEncryption;
}

const treeOf = (text: string): TreeObject => objectOf(parseTree(text)) ?? new Map();

/**
 * Saves a block. An anonymous one gets a name of its own making and is announced to nobody.
 * @throws ApiError `integrity_conflict`, `block_document_exists`, `block_reference_invalid`
 */
export async function create(deps: DocumentDeps, database: WorkspaceDatabase, sent: BlockDocumentCreate): Promise<BlockDocument> {
  const schema = await readBlockSchema(database, sent.block_schema_id);
  if (schema?.block_type_id !== sent.block_type_id) throw apiError("integrity_conflict");
  const id = deps.ids.random();
  const name = sent.name ?? `anonymous-${deps.ids.random()}`;
  const { values, references } = part(treeOf(sent.data.text));
  const secrets = new SecretFields(treeOf(schema.fields.text).get("secret_fields"));
  const document = { id, name, type: schema.block_type, schema, values, secrets, silent: sent.is_anonymous };
  const event = announce(deps, "created", document);
  const made = await database.first(
    insertBlockDocument,
    id,
    sent.block_type_id,
    schema.id,
    name,
    sent.is_anonymous,
    await deps.encryption.encrypt(database, values),
    [...references.keys()],
    [...references.values()],
    event.id,
    event.event,
  );
  if (made === undefined) throw apiError("block_document_exists");
  return read(deps, database, id, false);
}

async function assemble(
  deps: DocumentDeps,
  database: WorkspaceExecutor,
  rows: BlockDocumentRow[],
  includeSecrets: boolean,
): Promise<BlockDocument[]> {
  if (rows.length === 0) return [];
  return new DocumentAssembly(rows, await deps.encryption.decrypter(database), includeSecrets).page();
}

/** @throws ApiError `block_document_not_found` */
export async function read(
  deps: DocumentDeps,
  database: WorkspaceDatabase,
  id: string,
  secrets: boolean,
): Promise<BlockDocument> {
  const [document] = await assemble(deps, database, await database.all(readBlockDocument, id), secrets);
  if (document === undefined) throw apiError("block_document_not_found");
  return document;
}

/** @throws ApiError `block_document_not_found` */
export async function readByName(
  deps: DocumentDeps,
  database: WorkspaceDatabase,
  place: { slug: string; name: string },
  secrets: boolean,
): Promise<BlockDocument> {
  const rows = await database.all(readBlockDocumentByName, place.slug, place.name);
  const [document] = await assemble(deps, database, rows, secrets);
  if (document === undefined) throw apiError("block_document_not_found");
  return document;
}

export async function list(
  deps: DocumentDeps,
  database: WorkspaceDatabase,
  asked: BlockDocumentList,
  secrets: boolean,
): Promise<BlockDocument[]> {
  return assemble(deps, database, await listBlockDocuments(database, asked), secrets);
}

/** The documents of a type, by name. @throws ApiError `block_type_not_found` */
export async function listOfType(deps: DocumentDeps, database: WorkspaceDatabase, slug: string, secrets: boolean) {
  await readBySlug(database, slug);
  const types = { name: null, slug: { any_: [slug] } };
  const asked = { documents: null, types, schemas: null, sort: "NAME_ASC", limit: 200, offset: 0 } as const;
  return list(deps, database, asked, secrets);
}

async function readRow(database: WorkspaceExecutor, id: string): Promise<BlockDocumentRow> {
  const row = (await database.all(readBlockDocument, id)).find((candidate) => candidate.rank !== null);
  if (row === undefined) throw apiError("block_document_not_found");
  return row;
}

function announceRow(deps: DocumentDeps, change: "updated" | "deleted", row: BlockDocumentRow, values: TreeObject) {
  const { id, name, capabilities, is_anonymous: silent } = row;
  const type = { id: row.type_id, name: row.type_name };
  return announce(deps, change, {
    id,
    name,
    type,
    schema: { id: row.schema_id, capabilities },
    values,
    secrets: secretFieldsOf(row),
    silent,
  });
}

/**
 * Changes values: those sent replace those stored, field by field or all at once. A secret that comes back hidden keeps
 * its value; references that are not sent again are dropped.
 * @throws ApiError `block_document_not_found`, `block_schema_of_another_type`, `block_reference_invalid`,
 *   `block_reference_circular`, `integrity_conflict`
 */
export async function update(
  deps: DocumentDeps,
  database: WorkspaceDatabase,
  id: string,
  sent: Partial<BlockDocumentUpdate>,
): Promise<void> {
  await database.transaction(async (tx) => {
    if (!(await tx.first(lockBlockDocument, id))) throw apiError("block_document_not_found");
    const row = await readRow(tx, id);
    const stored = (await deps.encryption.decrypter(tx))(row.data);
    const merge = sent.merge_existing_data ?? true;
    // A merge of nothing is no change, but it is announced; that a schema may have been named does not count.
    if (sent.data === undefined && merge) return announceUnchanged(deps, tx, row, stored);
    const parted = part(secretFieldsOf(row).restore(treeOf(sent.data?.text ?? "{}"), stored));
    await checkSchema(tx, row, sent.block_schema_id ?? row.schema_id);
    await checkCircles(tx, id, parted);
    const values = merge ? new Map([...stored, ...parted.values]) : parted.values;
    for (const field of parted.references.keys()) values.delete(field);
    const event = announceRow(deps, "updated", row, values);
    await tx.first(
      updateBlockDocument,
      id,
      sent.block_schema_id ?? row.schema_id,
      await deps.encryption.encrypt(tx, values),
      [...parted.references.keys()],
      [...parted.references.values()],
      event.id,
      event.event,
    );
  });
}

async function announceUnchanged(
  deps: DocumentDeps,
  tx: WorkspaceExecutor,
  row: BlockDocumentRow,
  stored: TreeObject,
): Promise<void> {
  const event = announceRow(deps, "updated", row, stored);
  if (event.id !== null) await tx.first(announceOnly, event.id, event.event);
}

async function checkSchema(tx: WorkspaceExecutor, row: BlockDocumentRow, schemaId: string): Promise<void> {
  if (schemaId === row.schema_id) return;
  const schema = await readBlockSchema(tx, schemaId);
  if (schema === undefined) throw apiError("integrity_conflict");
  if (schema.block_type_id !== row.type_id) throw apiError("block_schema_of_another_type");
}

async function checkCircles(tx: WorkspaceExecutor, id: string, { references }: Parted): Promise<void> {
  if (references.size === 0) return;
  const circle = await tx.first(readCircularReference, id, [...references.values()]);
  if (circle === undefined) return;
  throw apiError(
    "block_reference_circular",
    `Cannot create block document reference: it would introduce a cycle into the block_document_reference graph (parent=${id}, reference=${circle.reference}).`,
  );
}

/** @throws ApiError `block_document_not_found` */
export async function remove(deps: DocumentDeps, database: WorkspaceDatabase, id: string): Promise<void> {
  const row = await readRow(database, id);
  const event = announceRow(deps, "deleted", row, (await deps.encryption.decrypter(database))(row.data));
  if (!(await database.first(deleteBlockDocument, id, event.id, event.event))) throw apiError("block_document_not_found");
}
