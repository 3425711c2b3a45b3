import { randomBytes } from "node:crypto";
import { type Database, workspaceStatement } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";

const KEY = "CSRF_KEY";
const KEY_BYTES = 32;

/** Whoever comes first decides; the update that changes nothing makes the statement answer the row in any case. */
const ensureKey = workspaceStatement<[key: string, proposed: string], { key: string }>(
  "csrf.ensure-key",
  `insert into orion.configuration (workspace_id, key, value) values ($1, $2, jsonb_build_object('key', $3::text))
  on conflict (workspace_id, key) do update set updated = configuration.updated
  returning value ->> 'key' as key`,
);

/** The secret that all processes of an installation sign tokens with, made at the first use. */
export async function csrfKey(database: Database): Promise<Buffer> {
  const proposed = randomBytes(KEY_BYTES).toString("hex");
  const row = await database.workspace(DEFAULT_WORKSPACE_ID).first(ensureKey, KEY, proposed);
  if (row === undefined) throw new Error("an upsert answered no row");
  return Buffer.from(row.key, "hex");
}
