import { workspaceStatement, type WorkspaceExecutor } from "../../platform/database/index.ts";
import type { OutboxRow } from "./lifecycle.ts";

/** Rows of `outbox` as `json_to_recordset` reads them. */
const OUTBOX_ROWS = "id uuid, event text";

const insertEvents = workspaceStatement<[events: string], unknown>(
  "outbox.insert",
  `insert into orion.outbox (workspace_id, id, event)
  select $1, row.id, row.event::json from json_to_recordset($2::json) as row(${OUTBOX_ROWS})`,
);

/** Writes events in the transaction that makes them true. */
export async function announceIn(tx: WorkspaceExecutor, events: readonly OutboxRow[]): Promise<void> {
  if (events.length > 0) await tx.all(insertEvents, JSON.stringify(events));
}
