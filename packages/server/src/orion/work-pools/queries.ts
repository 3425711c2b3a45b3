import type { JsonText, Timestamp, WorkPoolFilter } from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { workPoolMatches } from "../run-filters/index.ts";
import type { StatusBefore } from "./announce.ts";
import { POOL_COLUMNS, type WorkPoolRow } from "./rows.ts";

/** A pool with its first queue. */
export interface NewPool {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  readonly base_job_template: string;
  readonly storage_configuration: string;
  readonly is_paused: boolean;
  readonly concurrency_limit: number | null;
  readonly status: string;
  readonly default_queue_id: string;
  readonly last_status_event_id: string | null;
}

/** Makes a pool with its default queue, unless one of that name is there; then there is no row. */
export const insertPool = workspaceStatement<
  [pool: NewPool, queueName: string, queueDescription: string, events: string, now: Timestamp],
  WorkPoolRow
>(
  "work-pool.insert",
  `with pool as (
    insert into orion.work_pool (workspace_id, id, created, updated, name, description, type, base_job_template,
      storage_configuration, is_paused, concurrency_limit, status, default_queue_id, last_status_event_id, last_transitioned_status_at)
    select $1, id, $6, $6, name, description, type, base_job_template::json, storage_configuration::json, is_paused, concurrency_limit,
      status, default_queue_id, last_status_event_id, case when last_status_event_id is not null then $6::timestamptz end
    from json_to_record($2::json) as given(id uuid, name text, description text, type text, base_job_template text,
      storage_configuration text, is_paused boolean, concurrency_limit integer, status text, default_queue_id uuid,
      last_status_event_id uuid)
    on conflict (workspace_id, name) do nothing
    returning *
  ), queue as (
    insert into orion.work_queue (workspace_id, id, created, updated, work_pool_id, name, description, priority)
    select workspace_id, default_queue_id, $6, $6, id, $3, $4, 1 from pool
  ), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, event.id, event.event::json from pool, json_to_recordset($5::json) as event(id uuid, event text)
  )
  select ${POOL_COLUMNS} from pool`,
);

export const readPoolByName = workspaceStatement<[name: string], WorkPoolRow>(
  "work-pool.read-by-name",
  `select ${POOL_COLUMNS} from orion.work_pool as pool where pool.workspace_id = $1 and pool.name = $2`,
);

/** What a change of a pool looks at; locked until the change is made. */
export interface LockedPool extends Omit<WorkPoolRow, "active_slots">, StatusBefore {
  /** Whether a worker's heartbeat was heard lately. */
  readonly online: boolean;
}

export const lockPool = workspaceStatement<[name: string], LockedPool>(
  "work-pool.lock",
  `select pool.*, exists (
    select from orion.worker as worker
    where worker.workspace_id = pool.workspace_id and worker.work_pool_id = pool.id and worker.status = 'ONLINE'
  ) as online
  from orion.work_pool as pool where pool.workspace_id = $1 and pool.name = $2 for update of pool`,
  { alone: true },
);

/** The columns that a change may set. */
export interface PoolChange {
  readonly description?: string | null;
  readonly is_paused?: boolean;
  readonly base_job_template?: JsonText;
  readonly concurrency_limit?: number | null;
  readonly storage_configuration?: JsonText;
  readonly status?: string;
  readonly last_status_event_id?: string;
  readonly last_transitioned_status_at?: Timestamp;
}

const ASSIGNMENTS = {
  description: (value: unknown) => sql`description = ${value}`,
  is_paused: (value: unknown) => sql`is_paused = ${value}`,
  base_job_template: (value: unknown) => sql`base_job_template = ${value}::json`,
  concurrency_limit: (value: unknown) => sql`concurrency_limit = ${value}`,
  storage_configuration: (value: unknown) => sql`storage_configuration = ${value}::json`,
  status: (value: unknown) => sql`status = ${value}`,
  last_status_event_id: (value: unknown) => sql`last_status_event_id = ${value}`,
  last_transitioned_status_at: (value: unknown) => sql`last_transitioned_status_at = ${value}`,
} as const satisfies Record<keyof PoolChange, (value: unknown) => Fragment>;

export async function updatePool(tx: WorkspaceExecutor, id: string, change: PoolChange, now: Timestamp): Promise<void> {
  const assignments = Object.entries(ASSIGNMENTS).flatMap(([key, assign]) => {
    const value = change[key as keyof PoolChange];
    return value === undefined ? [] : [assign(value)];
  });
  await tx.compose(
    (workspace) => sql`
      update orion.work_pool set ${Fragment.join([...assignments, sql`updated = ${now}::timestamptz`], ", ")}
      where workspace_id = ${workspace} and id = ${id}`,
  );
}

/** The queues that a pool takes with it. */
export const readQueuesOfPool = workspaceStatement<[poolId: string], { id: string; name: string; priority: number }>(
  "work-pool.read-queues",
  `select id, name, priority from orion.work_queue where workspace_id = $1 and work_pool_id = $2 order by priority, name`,
);

/**
 * Deletes a pool and its queues, which runs and deployments then have no more. Foreign keys to queues would be checked for each
 * run; a run's queue is looked up, not followed.
 */
export const deletePool = workspaceStatement<[id: string], { id: string }>(
  "work-pool.delete",
  `with queues as (
    delete from orion.work_queue where workspace_id = $1 and work_pool_id = $2 returning id
  ), offered as (
    update orion.flow_run as run set work_queue_id = null
    from queues where run.workspace_id = $1 and run.work_queue_id = queues.id and run.next_scheduled_start_time is not null
  )
  delete from orion.work_pool where workspace_id = $1 and id = $2 returning id`,
  { alone: true },
);

export function listPools(
  database: WorkspaceExecutor,
  { work_pools, limit, offset }: { work_pools: WorkPoolFilter | null; limit: number; offset: number },
): Promise<WorkPoolRow[]> {
  return database.compose<WorkPoolRow>(
    (workspace) => sql`
      select ${Fragment.text(POOL_COLUMNS)} from orion.work_pool as pool
      where pool.workspace_id = ${workspace} and ${work_pools ? workPoolMatches(work_pools) : sql`true`}
      order by pool.name limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
}

export async function countPools(database: WorkspaceExecutor, work_pools: WorkPoolFilter | null): Promise<number> {
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.work_pool as pool
      where pool.workspace_id = ${workspace} and ${work_pools ? workPoolMatches(work_pools) : sql`true`}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}
