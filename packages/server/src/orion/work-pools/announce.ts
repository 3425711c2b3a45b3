import type { JsonText, Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** What events tell of a pool. */
export interface AnnouncedPool {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

/** The pool whose queue, or whose run, an event is about. */
export function relatedPool({ id, name, type }: AnnouncedPool) {
  return {
    "prefect.resource.id": `prefect.work-pool.${id}`,
    "prefect.resource.name": name,
    "prefect.work-pool.type": type,
    "prefect.resource.role": "work-pool",
  };
}

const roleOfPool = (type: string) => ({ "prefect.work-pool.type": type, "prefect.resource.role": "work-pool" });

/** `prefect.work-pool.created` and its like. */
export function announcePool(
  deps: Deps,
  change: "created" | "deleted",
  pool: AnnouncedPool,
  ties: { readonly defaultQueueId: string | null; readonly resultStorageId: string | null },
): OutboxRow {
  const { defaultQueueId: queue, resultStorageId: storage } = ties;
  const related = [
    ...(queue === null ? [] : [tie(`prefect.work-queue.${queue}`, "default-queue")]),
    ...(storage === null ? [] : [tie(`prefect.block-document.${storage}`, "result-storage")]),
  ];
  return lifecycleEvent(deps, {
    event: `prefect.work-pool.${change}`,
    resourceId: `prefect.work-pool.${pool.id}`,
    name: pool.name,
    labels: roleOfPool(pool.type),
    related,
  });
}

const tie = (id: string, role: string) => ({ "prefect.resource.id": id, "prefect.resource.role": role });

/** Which fields changed, from what to what; values are JSON text. */
export type Changes = Readonly<Record<string, { readonly from: JsonText; readonly to: JsonText }>>;

/** The payload of `prefect.work-pool.updated` and its like. */
export function payloadOf(changes: Changes): string {
  const updates = Object.entries(changes).map(
    ([field, { from, to }]) => `${JSON.stringify(field)}:{"from":${from.text},"to":${to.text}}`,
  );
  return `{"updated_fields":${JSON.stringify(Object.keys(changes))},"updates":{${updates.join(",")}}}`;
}

export function announcePoolChanges(deps: Deps, pool: AnnouncedPool, changes: Changes): OutboxRow {
  return lifecycleEvent(deps, {
    event: "prefect.work-pool.updated",
    resourceId: `prefect.work-pool.${pool.id}`,
    name: pool.name,
    labels: roleOfPool(pool.type),
    payload: payloadOf(changes),
  });
}

/** The status of a pool, as it was before a change. */
export interface StatusBefore {
  readonly last_status_event_id: string | null;
  readonly last_transitioned_status_at: Timestamp | null;
}

const kebab = (status: string) => status.toLowerCase().replace("_", "-");

/** `prefect.work-pool.ready` and its like; `follows` is the change of the last ten minutes, so that both are kept in order. */
export function announcePoolStatus(deps: Deps, pool: AnnouncedPool, status: string, follows: string | null): OutboxRow {
  return lifecycleEvent(deps, {
    event: `prefect.work-pool.${kebab(status)}`,
    resourceId: `prefect.work-pool.${pool.id}`,
    name: pool.name,
    labels: { "prefect.work-pool.type": pool.type },
    follows,
  });
}

/** `prefect.work-queue.created`, `prefect.work-queue.ready` and their like. */
export function announceQueue(
  deps: Deps,
  what: string,
  queue: { readonly id: string; readonly name: string },
  pool: AnnouncedPool,
  payload?: string,
): OutboxRow {
  return lifecycleEvent(deps, {
    event: `prefect.work-queue.${kebab(what)}`,
    resourceId: `prefect.work-queue.${queue.id}`,
    name: queue.name,
    labels: { "prefect.resource.role": "work-queue" },
    related: [relatedPool(pool)],
    ...(payload !== undefined && { payload }),
  });
}
