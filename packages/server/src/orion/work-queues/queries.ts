import type { JsonText, Timestamp, WorkQueueFilter } from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { workQueueMatches } from "../run-filters/index.ts";
import type { Placed } from "./priorities.ts";
import { QUEUE_JOINS, queueColumns, type WorkQueueRow } from "./rows.ts";

const OF_POOL = queueColumns("submitted and running");
const ALONE = queueColumns("cancelling too");

export const readQueueOfPool = workspaceStatement<[poolName: string, name: string], WorkQueueRow>(
  "work-queue.read-of-pool",
  `select ${OF_POOL} from ${QUEUE_JOINS} where queue.workspace_id = $1 and pool.name = $2 and queue.name = $3`,
);

export const readQueue = workspaceStatement<[id: string], WorkQueueRow>(
  "work-queue.read",
  `select ${ALONE} from ${QUEUE_JOINS} where queue.workspace_id = $1 and queue.id = $2`,
);

/** By name alone a queue of the pool without workers is meant, if there is that pool. */
export const readQueueByName = workspaceStatement<[name: string, agentPool: string], WorkQueueRow>(
  "work-queue.read-by-name",
  `select ${ALONE} from ${QUEUE_JOINS}
  where queue.workspace_id = $1 and queue.name = $2 and (pool.name = $3 or not exists (
    select from orion.work_pool as agents where agents.workspace_id = $1 and agents.name = $3))
  order by queue.created limit 1`,
);

/** A pool whose queues are being changed, one change at a time. */
export interface QueuePool {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

export const lockPoolOfQueues = workspaceStatement<[name: string], QueuePool>(
  "work-queue.lock-pool",
  "select id, name, type from orion.work_pool where workspace_id = $1 and name = $2 for no key update",
  { alone: true },
);

export const findPoolOfQueues = workspaceStatement<[name: string], { id: string }>(
  "work-queue.find-pool",
  "select id from orion.work_pool where workspace_id = $1 and name = $2",
);

/** A queue that is there, without locking anything. */
export const findQueue = workspaceStatement<[poolName: string, name: string], { id: string } & { pool: QueuePool }>(
  "work-queue.find",
  `select queue.id, jsonb_build_object('id', pool.id, 'name', pool.name, 'type', pool.type) as pool
  from ${QUEUE_JOINS} where queue.workspace_id = $1 and pool.name = $2 and queue.name = $3`,
);

export const lockPoolOfQueue = workspaceStatement<[queueId: string], QueuePool>(
  "work-queue.lock-pool-of-queue",
  `select pool.id, pool.name, pool.type from ${QUEUE_JOINS}
  where queue.workspace_id = $1 and queue.id = $2 for no key update of pool`,
  { alone: true },
);

export const insertQueue = workspaceStatement<
  [
    id: string,
    poolId: string,
    name: string,
    description: string | null,
    isPaused: boolean,
    concurrencyLimit: number | null,
    priority: number,
    filter: string | null,
    now: Timestamp,
  ],
  { id: string }
>(
  "work-queue.insert",
  `insert into orion.work_queue (workspace_id, id, created, updated, work_pool_id, name, description, is_paused, concurrency_limit,
    priority, filter)
  values ($1, $2, $10, $10, $3, $4, coalesce($5, ''), $6, $7, $8, $9::json)
  on conflict (workspace_id, work_pool_id, name) do nothing returning id`,
);

export const moveQueues = workspaceStatement<[ids: string[], priorities: number[]], unknown>(
  "work-queue.move",
  `update orion.work_queue as queue set priority = moved.priority, updated = now()
  from unnest($2::uuid[], $3::integer[]) as moved(id, priority)
  where queue.workspace_id = $1 and queue.id = moved.id`,
);

/** What a change of a queue looks at; whoever reads it holds its pool. */
export interface QueueBefore extends Placed {
  readonly name: string;
  readonly description: string;
  readonly concurrency_limit: number | null;
  readonly status: string;
  readonly last_polled: Timestamp | null;
}

export const readQueueBefore = workspaceStatement<[id: string], QueueBefore>(
  "work-queue.read-before",
  `select id, name, description, concurrency_limit, priority, status, last_polled
  from orion.work_queue where workspace_id = $1 and id = $2`,
);

/** The columns that a change may set. */
export interface QueueChange {
  readonly name?: string;
  readonly description?: string;
  readonly is_paused?: boolean;
  readonly concurrency_limit?: number | null;
  readonly priority?: number;
  readonly last_polled?: Timestamp | null;
  readonly filter?: JsonText | null;
  readonly status?: string;
}

const ASSIGNMENTS = {
  name: (value: unknown) => sql`name = ${value}`,
  description: (value: unknown) => sql`description = ${value}`,
  is_paused: (value: unknown) => sql`is_paused = ${value}`,
  concurrency_limit: (value: unknown) => sql`concurrency_limit = ${value}`,
  priority: (value: unknown) => sql`priority = ${value}`,
  last_polled: (value: unknown) => sql`last_polled = ${value}`,
  filter: (value: unknown) => sql`filter = ${value}::json`,
  status: (value: unknown) => sql`status = ${value}`,
} as const satisfies Record<keyof QueueChange, (value: unknown) => Fragment>;

/** @throws IntegrityViolation when the name is taken */
export async function updateQueue(tx: WorkspaceExecutor, id: string, change: QueueChange, now: Timestamp): Promise<void> {
  const assignments = Object.entries(ASSIGNMENTS).flatMap(([key, assign]) => {
    const value = change[key as keyof QueueChange];
    return value === undefined ? [] : [assign(value)];
  });
  await tx.compose(
    (workspace) => sql`
      update orion.work_queue set ${Fragment.join([...assignments, sql`updated = ${now}::timestamptz`], ", ")}
      where workspace_id = ${workspace} and id = ${id}`,
  );
}

/** Deletes a queue, unless it is the first of its pool; its runs that still wait are in no queue then. */
export const deleteQueue = workspaceStatement<[id: string], { id: string }>(
  "work-queue.delete",
  `with gone as (
    delete from orion.work_queue as queue
    where queue.workspace_id = $1 and queue.id = $2 and not exists (
      select from orion.work_pool as pool where pool.workspace_id = $1 and pool.default_queue_id = queue.id)
    returning queue.id
  ), waiting as (
    update orion.flow_run as run set work_queue_id = null
    from gone where run.workspace_id = $1 and run.work_queue_id = gone.id and run.next_scheduled_start_time is not null
  )
  select id from gone`,
  { alone: true },
);

export interface QueueList {
  readonly work_queues: WorkQueueFilter | null;
  readonly limit: number;
  readonly offset: number;
}

export function listQueuesOfPool(
  database: WorkspaceExecutor,
  poolId: string,
  { work_queues, limit, offset }: QueueList,
): Promise<WorkQueueRow[]> {
  return database.compose<WorkQueueRow>(
    (workspace) => sql`
      select ${Fragment.text(OF_POOL)} from ${Fragment.text(QUEUE_JOINS)}
      where queue.workspace_id = ${workspace} and queue.work_pool_id = ${poolId}
        and ${work_queues ? workQueueMatches(work_queues) : sql`true`}
      order by queue.priority, queue.name limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
}

export function listQueues(database: WorkspaceExecutor, { work_queues, limit, offset }: QueueList): Promise<WorkQueueRow[]> {
  return database.compose<WorkQueueRow>(
    (workspace) => sql`
      select ${Fragment.text(ALONE)} from ${Fragment.text(QUEUE_JOINS)}
      where queue.workspace_id = ${workspace} and ${work_queues ? workQueueMatches(work_queues) : sql`true`}
      order by queue.name, queue.id limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
}

/** How many runs of a queue are late, and when it was last asked for runs. */
export const readQueueHealth = workspaceStatement<[id: string], { late: number; last_polled: Timestamp | null }>(
  "work-queue.read-health",
  `select queue.last_polled, (
    select count(*) from orion.flow_run as run
    where run.workspace_id = queue.workspace_id and run.work_queue_id = queue.id
      and run.next_scheduled_start_time is not null and run.state_name = 'Late'
  ) as late
  from orion.work_queue as queue where queue.workspace_id = $1 and queue.id = $2`,
  { access: "replica" },
);
