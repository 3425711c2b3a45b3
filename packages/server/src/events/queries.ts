import { RESOURCE_ID, type Resource } from "@praetor/wire";
import type { EventMessage } from "../platform/bus/index.ts";
import { type SystemExecutor, systemStatement } from "../platform/database/index.ts";
import { indexable } from "./indexable.ts";

// Texts for the JSON columns: a JSON text inside a JSON string passes `\u0000` through, which json_to_recordset would
// otherwise refuse. One parameter is also far cheaper to write and to read than a dozen arrays.
const insertEvents = systemStatement<[rows: string], never>(
  "events_insert",
  `insert into events.event
     (workspace_id, id, occurred, received, event, resource_id, related_ids, resource, related, payload, follows)
   select workspace_id, id, occurred, received, event, resource_id, related_ids, resource::json, related::json,
     payload::json, follows
   from json_to_recordset($1::json) as row (workspace_id uuid, id uuid, occurred timestamptz, received timestamptz,
     event text, resource_id text, related_ids text[], resource text, related text, payload text, follows uuid)
   on conflict do nothing`,
  { alone: true },
);

// A role that may make nothing leaves it to `praetor database partition`; until that runs, rows wait in the default partition.
const createEventPartitions = systemStatement<[first: string, last: string], { made: number }>(
  "events_create_partitions",
  `select case when has_schema_privilege('events', 'create') then events.create_event_partitions($1::date, $2::date)
   else 0 end as made`,
  { alone: true },
);

/** Makes the partitions of the days (`2026-11-23`) from `first` to `last` that are not there yet, and says how many. */
export async function createEventPartitionsOf(database: SystemExecutor, first: string, last: string): Promise<number> {
  const row = await database.first(createEventPartitions, first, last);
  return row?.made ?? 0;
}

/** Stores the events that are not stored yet, in one statement. */
export async function storeEvents(database: SystemExecutor, messages: readonly EventMessage[]): Promise<void> {
  await database.all(insertEvents, JSON.stringify(messages.map(rowOf)));
}

function rowOf({ workspaceId, event }: EventMessage) {
  return {
    workspace_id: workspaceId,
    id: event.id,
    occurred: event.occurred,
    received: event.received,
    event: event.event,
    resource_id: indexedId(event.resource),
    related_ids: event.related.map(indexedId),
    resource: JSON.stringify(event.resource),
    related: JSON.stringify(event.related),
    payload: event.payload.text,
    follows: event.follows,
  };
}

function indexedId(labels: Resource): string {
  return indexable(labels[RESOURCE_ID] ?? "");
}
