import type { StateType, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

/** All that may keep a run from running, as it is now. Groups are null where there is no such thing. */
export interface Facts {
  readonly id: string;
  readonly name: string;
  readonly state_type: StateType | null;
  readonly state_name: string | null;
  readonly state_timestamp: Timestamp | null;
  readonly due: Timestamp | null;
  readonly in_process: boolean;
  readonly deployment_id: string | null;
  readonly work_queue_name: string | null;
  readonly worker: string | null;
  readonly infrastructure_pid: string | null;
  readonly resume_until: Timestamp | null;
  readonly reschedules: boolean;
  readonly schedule_id: string | null;
  readonly schedule_found: boolean;
  readonly schedule_active: boolean | null;
  readonly deployment_name: string | null;
  readonly deployment_paused: boolean | null;
  readonly deployment_last_polled: Timestamp | null;
  readonly strategy: string | null;
  readonly limit_name: string | null;
  readonly limit_id: string | null;
  readonly limit_active: boolean | null;
  readonly limit_slots: number | null;
  readonly limit_taken: number | null;
  readonly queue_id: string | null;
  readonly queue_name: string | null;
  readonly queue_paused: boolean | null;
  readonly queue_limit: number | null;
  readonly queue_taken: number | null;
  readonly queue_last_polled: Timestamp | null;
  readonly queue_polled_before: Timestamp | null;
  readonly ahead: number | null;
  readonly pool_id: string | null;
  readonly pool_name: string | null;
  readonly pool_type: string | null;
  readonly pool_paused: boolean | null;
  readonly pool_limit: number | null;
  readonly pool_taken: number | null;
  readonly workers_online: number | null;
  readonly workers_of_other_type: number | null;
  readonly last_heartbeat: Timestamp | null;
  readonly last_worker: string | null;
  /** Whether the worker that submitted the run is online; null where it is not known. */
  readonly worker_online: boolean | null;
  /** The time of the database, which all servers share. */
  readonly now: Timestamp;
}

const HELD = "held.workspace_id = $1 and held.state_type <> 'CANCELLING'";

/** The facts of a run; counts that could be large are counted only as far as they are told. */
export const readFacts = workspaceStatement<[id: string], Facts>(
  "explanation.read-facts",
  `select
    run.id, run.name, run.state_type, run.state_name, run.state_timestamp, run.next_scheduled_start_time as due,
    coalesce(run.empirical_policy ->> 'retry_type' = 'in_process', false) as in_process,
    run.deployment_id, run.work_queue_name, run.labels ->> 'prefect.worker.name' as worker, run.infrastructure_pid,
    run.pause_timeout as resume_until, coalesce((state.state_details ->> 'pause_reschedule')::boolean, false) as reschedules,
    case when run.created_by ->> 'type' = 'SCHEDULE' then run.created_by ->> 'id' end as schedule_id,
    schedule.id is not null as schedule_found, schedule.active as schedule_active,
    deployment.name as deployment_name, deployment.paused as deployment_paused, deployment.last_polled as deployment_last_polled,
    deployment.concurrency_options ->> 'collision_strategy' as strategy,
    "limit".id as limit_id, "limit".name as limit_name, "limit".active as limit_active, "limit"."limit" as limit_slots,
    "limit".active_slots as limit_taken,
    queue.id as queue_id, queue.name as queue_name, queue.is_paused as queue_paused, queue.concurrency_limit as queue_limit,
    queue.last_polled as queue_last_polled, queue.polled_before as queue_polled_before,
    (select count(*) from orion.flow_run as held where ${HELD} and held.active_queue_id = queue.id) as queue_taken,
    (select count(*) from (
      select from orion.flow_run as other
      where other.workspace_id = $1 and other.work_queue_id = queue.id and other.state_type = 'SCHEDULED'
        and other.next_scheduled_start_time < run.next_scheduled_start_time
      limit 1000) as earlier) as ahead,
    pool.id as pool_id, pool.name as pool_name, pool.type as pool_type, pool.is_paused as pool_paused,
    pool.concurrency_limit as pool_limit,
    (select count(*) from orion.work_queue as own join orion.flow_run as held on ${HELD} and held.active_queue_id = own.id
      where own.workspace_id = $1 and own.work_pool_id = pool.id) as pool_taken,
    (select count(*) from orion.worker as worker
      where worker.workspace_id = $1 and worker.work_pool_id = pool.id and worker.status = 'ONLINE') as workers_online,
    (select count(*) from orion.worker as worker
      where worker.workspace_id = $1 and worker.work_pool_id = pool.id and worker.status = 'ONLINE' and worker.type <> pool.type
    ) as workers_of_other_type,
    last.last_heartbeat_time as last_heartbeat, last.name as last_worker,
    (select worker.status = 'ONLINE' from orion.worker as worker
      where worker.workspace_id = $1 and worker.work_pool_id = pool.id and worker.name = run.labels ->> 'prefect.worker.name'
    ) as worker_online,
    statement_timestamp() as now
  from orion.flow_run as run
  left join orion.flow_run_state as state on state.workspace_id = $1 and state.id = run.state_id
  left join orion.deployment as deployment on deployment.workspace_id = $1 and deployment.id = run.deployment_id
  left join orion.deployment_schedule as schedule
    on schedule.workspace_id = $1 and schedule.id::text = run.created_by ->> 'id' and schedule.deployment_id = run.deployment_id
  left join orion.concurrency_limit_in_use as "limit"
    on "limit".workspace_id = $1 and "limit".id = deployment.concurrency_limit_id
  left join orion.work_queue as queue on queue.workspace_id = $1 and queue.id = run.work_queue_id
  left join orion.work_pool as pool on pool.workspace_id = $1 and pool.id = queue.work_pool_id
  left join lateral (
    select worker.name, worker.last_heartbeat_time from orion.worker as worker
    where worker.workspace_id = $1 and worker.work_pool_id = pool.id order by worker.last_heartbeat_time desc limit 1
  ) as last on true
  where run.workspace_id = $1 and run.id = $2`,
  { alone: true },
);

/** A run that holds a slot which another waits for. */
export interface SlotHolder {
  readonly of: "queue" | "pool" | "deployment";
  readonly id: string;
  readonly name: string | null;
  readonly since: Timestamp | null;
  /** When a lease ends unless it is renewed. */
  readonly until: Timestamp | null;
}

/** How many holders are named. */
const NAMED = 5;

export const readHolders = workspaceStatement<
  [queueId: string | null, poolId: string | null, limitId: string | null],
  SlotHolder
>(
  "explanation.read-holders",
  `(
    select 'queue' as of, held.id, held.name, held.state_timestamp as since, null::timestamptz as until
    from orion.flow_run as held where ${HELD} and held.active_queue_id = $2 order by held.state_timestamp limit ${NAMED}
  ) union all (
    select 'pool', held.id, held.name, held.state_timestamp, null
    from orion.work_queue as own join orion.flow_run as held on ${HELD} and held.active_queue_id = own.id
    where own.workspace_id = $1 and own.work_pool_id = $3 order by held.state_timestamp limit ${NAMED}
  ) union all (
    select 'deployment', lease.holder_id, run.name, lease.created, lease.expiration
    from orion.concurrency_lease as lease
    left join orion.flow_run as run on run.workspace_id = $1 and run.id = lease.holder_id
    where lease.workspace_id = $1 and lease.limit_id = $4 and lease.expiration > statement_timestamp() and lease.holder_id is not null
    order by lease.created limit ${NAMED}
  )`,
  { alone: true },
);
