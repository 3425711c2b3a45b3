import type { WorkerFilter, WorkerResponse } from "@praetor/wire";
import { sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { combine, matchesMembership, matchesRange } from "../../platform/filter/index.ts";

/** The pool that a heartbeat was for. */
export interface BeatenPool {
  readonly pool_id: string;
  /** Nobody had served the pool. */
  readonly unready: boolean;
}

/** Notes a worker's heartbeat by the database's clock, which all servers share; no row without that pool. */
export const beat = workspaceStatement<
  [poolName: string, workerId: string, name: string, interval: number | null, type: string | null],
  BeatenPool
>(
  "worker.beat",
  `with pool as (
    select id, status from orion.work_pool where workspace_id = $1 and name = $2
  ), beaten as (
    insert into orion.worker as worker
      (workspace_id, id, work_pool_id, name, last_heartbeat_time, heartbeat_interval_seconds, status, type)
    select $1, $3, pool.id, $4, statement_timestamp(), $5, 'ONLINE', $6 from pool
    on conflict (workspace_id, work_pool_id, name) do update set
      last_heartbeat_time = greatest(worker.last_heartbeat_time, excluded.last_heartbeat_time),
      heartbeat_interval_seconds = coalesce(excluded.heartbeat_interval_seconds, worker.heartbeat_interval_seconds),
      type = coalesce(excluded.type, worker.type), status = 'ONLINE', updated = excluded.updated
  )
  select id as pool_id, status = 'NOT_READY' as unready from pool`,
);

export const findPool = workspaceStatement<[name: string], { id: string }>(
  "worker.find-pool",
  "select id from orion.work_pool where workspace_id = $1 and name = $2",
);

/** How often a heartbeat may be missed before its worker is taken for gone, and how often one comes that says nothing of it. */
export const HEARTBEATS_MISSED = 3;
export const DEFAULT_INTERVAL_SECONDS = 30;

const ONLINE = sql`worker.last_heartbeat_time > statement_timestamp()
    - make_interval(secs => coalesce(worker.heartbeat_interval_seconds, ${DEFAULT_INTERVAL_SECONDS}) * ${HEARTBEATS_MISSED})`;

/** The workers of a pool, the latest heard first. The filter asks for the status that was last noted, the answer has the present one. */
export function listWorkers(
  database: WorkspaceExecutor,
  poolId: string,
  { workers, limit, offset }: { workers: WorkerFilter | null; limit: number; offset: number },
): Promise<WorkerResponse[]> {
  const { status, last_heartbeat_time: time } = workers ?? {};
  const matches = combine(workers?.operator, [
    matchesRange(sql`worker.last_heartbeat_time`, time ?? null),
    matchesMembership(sql`worker.status`, "text", status ?? null),
  ]);
  return database.compose<WorkerResponse>(
    (workspace) => sql`
      select worker.id, worker.created, worker.updated, worker.name, worker.work_pool_id, worker.last_heartbeat_time,
        worker.heartbeat_interval_seconds, case when ${ONLINE} then 'ONLINE' else 'OFFLINE' end as status
      from orion.worker as worker
      where worker.workspace_id = ${workspace} and worker.work_pool_id = ${poolId} and ${matches}
      order by worker.last_heartbeat_time desc limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
}

export const deleteWorker = workspaceStatement<[poolId: string, name: string], { id: string }>(
  "worker.delete",
  "delete from orion.worker where workspace_id = $1 and work_pool_id = $2 and name = $3 returning id",
);
