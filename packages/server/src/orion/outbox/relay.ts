import { Event, type JsonText, parseJson } from "@praetor/wire";
import type { EventMessage } from "../../platform/bus/index.ts";
import { systemStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";

interface OutboxEntry {
  readonly position: number;
  readonly workspace_id: string;
  readonly id: string;
  readonly event: JsonText;
}

const claimEntries = systemStatement<[maximum: number], OutboxEntry>(
  "outbox.claim",
  `select position, workspace_id, id, event from orion.outbox order by position limit $1 for update skip locked`,
);

const deleteEntries = systemStatement<[positions: number[]], never>(
  "outbox.delete",
  `delete from orion.outbox where position = any($1::bigint[])`,
);

type Relay = Pick<Dependencies, "databases" | "bus" | "clock" | "log" | "metrics">;

/**
 * Carries a batch of committed events to the bus and deletes them when they are kept there; says whether more may wait.
 * When the process ends in between, or the bus fails, the entries are still there and go again: an event has one id
 * however often it goes.
 */
export function relayOutbox(deps: Relay, batchSize: number): Promise<boolean> {
  return deps.databases.orion.system.transaction(async (tx) => {
    const entries = await tx.all(claimEntries, batchSize);
    deps.metrics.outboxDepth(entries.length);
    if (entries.length === 0) return false;
    await deps.bus.publish(
      "events",
      entries.flatMap((entry) => messageOf(deps, entry)),
    );
    await tx.all(
      deleteEntries,
      entries.map(({ position }) => position),
    );
    return entries.length === batchSize;
  });
}

/** What is no event cannot become one by waiting: it is logged and goes. */
function messageOf({ clock, log }: Relay, { workspace_id: workspaceId, id, event }: OutboxEntry): EventMessage[] {
  const parsed = Event.parse(parseJson(event.text));
  if (parsed.ok) return [{ workspaceId, event: { ...parsed.value, received: clock.now() } }];
  log.error({ event: id, issues: parsed.issues }, "an entry of the outbox is no event");
  return [];
}
