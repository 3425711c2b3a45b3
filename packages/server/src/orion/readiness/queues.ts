import type { Timestamp } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { announceIn } from "../outbox/index.ts";
import { announceQueue } from "../work-pools/index.ts";
import { markQueuesServed } from "./deployments.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** A queue that is asked for runs. */
export interface PolledQueue {
  readonly id: string;
  readonly name: string;
  /** Nobody had asked it for long. */
  readonly unready: boolean;
  /** A deployment of it is taken for one that nobody serves. */
  readonly unserved: boolean;
}

/** Polls that follow one another within a second are told as one. */
const POLL = (before: string) => `update orion.work_queue as queue
    set last_polled = statement_timestamp(), polled_before = ${before}::timestamptz
    where queue.workspace_id = $1 and queue.id in (
      select own.id from orion.work_queue as own join asked on asked.id = own.id
      where own.workspace_id = $1 and (own.last_polled is null or own.last_polled < statement_timestamp() - interval '1 second')
      for no key update of own skip locked)`;
const FOUND = `select asked.id, asked.name, asked.status = 'NOT_READY' as unready, exists (
    select from orion.deployment as deployment
    where deployment.workspace_id = $1 and deployment.work_queue_id = asked.id and deployment.status = 'NOT_READY') as unserved
  from asked`;

/**
 * The queues of a pool, or those of the given names; that they were asked, and up to when, is noted unless somebody holds
 * their rows.
 */
export const pollQueues = workspaceStatement<
  [poolName: string, names: readonly string[] | null, before: Timestamp | null],
  PolledQueue
>(
  "readiness.poll-queues",
  `with asked as (
    select queue.id, queue.name, queue.status from orion.work_pool as pool
    join orion.work_queue as queue on queue.workspace_id = pool.workspace_id and queue.work_pool_id = pool.id
    where pool.workspace_id = $1 and pool.name = $2 and ($3::text[] is null or queue.name = any($3))
  ), polled as (${POLL("$4")}) ${FOUND}`,
);

export const pollQueue = workspaceStatement<[id: string, before: Timestamp | null], PolledQueue>(
  "readiness.poll-queue",
  `with asked as (
    select queue.id, queue.name, queue.status from orion.work_queue as queue where queue.workspace_id = $1 and queue.id = $2
  ), polled as (${POLL("$3")}) ${FOUND}`,
);

interface Changed {
  readonly id: string;
  readonly name: string;
  readonly pool_id: string;
  readonly pool_name: string;
  readonly pool_type: string;
}
const CHANGED = `select changed.id, changed.name, pool.id as pool_id, pool.name as pool_name, pool.type as pool_type
  from changed join orion.work_pool as pool on pool.workspace_id = $1 and pool.id = changed.work_pool_id`;

const readyQueues = workspaceStatement<[ids: readonly string[]], Changed>(
  "readiness.ready-queues",
  `with changed as (
    update orion.work_queue as queue set status = 'READY', updated = statement_timestamp()
    where queue.workspace_id = $1 and queue.id = any($2::uuid[]) and queue.status = 'NOT_READY'
    returning queue.*
  ) ${CHANGED}`,
  { alone: true },
);

const unreadyQueues = workspaceStatement<[now: Timestamp, seconds: number], Changed>(
  "readiness.unready-queues",
  `with changed as (
    update orion.work_queue as queue set status = 'NOT_READY', updated = statement_timestamp()
    where queue.workspace_id = $1 and queue.id in (
      select own.id from orion.work_queue as own
      where own.workspace_id = $1 and own.status = 'READY'
        and (own.last_polled is null or own.last_polled < $2::timestamptz - make_interval(secs => $3))
      for no key update skip locked)
    returning queue.*
  ) ${CHANGED}`,
  { alone: true },
);

const told = (deps: Deps, status: string) => (queue: Changed) =>
  announceQueue(deps, status, queue, { id: queue.pool_id, name: queue.pool_name, type: queue.pool_type });

/** Marks what a poll has shown to be served: queues, and the deployments in them. Mostly there is nothing to mark. */
export async function markPolled(deps: Deps, database: WorkspaceDatabase, queues: readonly PolledQueue[]): Promise<void> {
  const unready = queues.filter((queue) => queue.unready).map(({ id }) => id);
  const unserved = queues.filter((queue) => queue.unserved).map(({ id }) => id);
  if (unready.length > 0) {
    await database.transaction(async (tx) => {
      await announceIn(tx, (await tx.all(readyQueues, unready)).map(told(deps, "READY")));
    });
  }
  if (unserved.length > 0) await markQueuesServed(deps, database, unserved);
}

/** Marks the queues that nobody has polled for so long; answers how many. */
export function markQueuesUnready(deps: Deps, database: WorkspaceDatabase, now: Timestamp, seconds: number): Promise<number> {
  return database.transaction(async (tx) => {
    const changed = await tx.all(unreadyQueues, now, seconds);
    await announceIn(tx, changed.map(told(deps, "NOT_READY")));
    return changed.length;
  });
}
