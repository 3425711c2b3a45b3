import type { StateType, Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";

/** Heartbeats so close together are one that was sent twice, or a process that came after another. */
const SHORTEST_SECONDS = 20;
/** No process is waited for longer than so often an hour. */
const LONGEST_SECONDS = 3600;

/**
 * Notes heartbeats of runs, the newest of each. The next one is due within the longer of the last two times between heartbeats
 * of the same attempt; until there were two, within the usual time. A heartbeat of a run that is not there is nobody's.
 */
export const noteHeartbeats = systemStatement<[beats: string, interval: number, missed: number], unknown>(
  "vanished-runs.note-heartbeats",
  `with beats as (
    select distinct on (given.workspace_id, given.flow_run_id) given.*, run.run_count as attempt
    from json_to_recordset($1::json) as given(workspace_id uuid, flow_run_id uuid, occurred timestamptz)
    join orion.flow_run as run on run.workspace_id = given.workspace_id and run.id = given.flow_run_id
    order by given.workspace_id, given.flow_run_id, given.occurred desc
  )
  insert into orion.flow_run_heartbeat as known (workspace_id, flow_run_id, occurred, seen, attempt, gap, interval, deadline)
  select workspace_id, flow_run_id, occurred, statement_timestamp(), attempt, null, $2::double precision,
    statement_timestamp() + make_interval(secs => $2 * $3)
  from beats order by workspace_id, flow_run_id
  on conflict (workspace_id, flow_run_id) do update set
    (occurred, seen, attempt, gap, interval, deadline) = (
      select excluded.occurred, excluded.seen, excluded.attempt, next.gap, next.interval,
        excluded.seen + make_interval(secs => next.interval * $3)
      from (
        select
          case when known.attempt = excluded.attempt and between_them.seconds >= ${SHORTEST_SECONDS} then between_them.seconds
            when known.attempt = excluded.attempt then known.gap end as gap,
          case when known.attempt <> excluded.attempt then $2::double precision
            when between_them.seconds < ${SHORTEST_SECONDS} then known.interval
            else greatest(between_them.seconds, coalesce(known.gap, $2)) end as interval
        from (
          select least(${LONGEST_SECONDS}, extract(epoch from excluded.occurred - known.occurred)::double precision) as seconds
        ) as between_them
      ) as next
    )
  where excluded.occurred > known.occurred`,
  { alone: true },
);

/** When the watch last looked, before this look; null at its first. */
export const look = systemStatement<[name: string, now: Timestamp], { before: Timestamp | null }>(
  "vanished-runs.look",
  `with before as (select seen from orion.watch where name = $1)
  insert into orion.watch (name, seen) values ($1, $2)
  on conflict (name) do update set seen = greatest(watch.seen, excluded.seen)
  returning (select seen from before) as before`,
);

/** Gives every run its whole time anew, and lets the next heartbeat begin anew too: what nobody could hear is no interval. */
export const grantTime = systemStatement<[now: Timestamp, missed: number], unknown>(
  "vanished-runs.grant-time",
  `update orion.flow_run_heartbeat set attempt = -1, deadline = greatest(deadline, $1::timestamptz + make_interval(secs => interval * $2))`,
  { alone: true },
);

/** A run whose process was not heard in time. */
export interface SilentRun {
  readonly workspace_id: string;
  readonly id: string;
  readonly state_id: string | null;
  readonly state_type: StateType | null;
  /** Whether the process itself waits to run on: the state says scheduled, and no worker will start it. */
  readonly in_process: boolean;
  readonly seen: Timestamp;
}

export const readSilent = systemStatement<[now: Timestamp, limit: number], SilentRun>(
  "vanished-runs.read-silent",
  `select run.workspace_id, run.id, run.state_id, run.state_type, beat.seen,
    coalesce(run.empirical_policy ->> 'retry_type' = 'in_process', false) as in_process
  from orion.flow_run_heartbeat as beat
  join orion.flow_run as run on run.workspace_id = beat.workspace_id and run.id = beat.flow_run_id
  where beat.deadline < $1 order by beat.deadline limit $2`,
);

/** Forgets the heartbeats of runs that have ended, or have no process; a later heartbeat is noted anew. */
export const forgetSilent = systemStatement<[workspaces: readonly string[], ids: readonly string[], now: Timestamp], unknown>(
  "vanished-runs.forget-silent",
  `delete from orion.flow_run_heartbeat as beat using unnest($1::uuid[], $2::uuid[]) as gone(workspace_id, id)
  where beat.workspace_id = gone.workspace_id and beat.flow_run_id = gone.id and beat.deadline < $3`,
);

/** A run that was submitted by a worker which is gone, and never began. */
export interface AbandonedRun {
  readonly workspace_id: string;
  readonly id: string;
  readonly state_id: string;
  readonly worker: string;
}

/**
 * Runs that were submitted so long ago, have no infrastructure, and whose worker is offline: nothing was started for them, and
 * nobody will start it. One with infrastructure may yet report; one that has begun has heartbeats of its own.
 */
export const readAbandoned = systemStatement<[before: Timestamp, limit: number], AbandonedRun>(
  "vanished-runs.read-abandoned",
  `select run.workspace_id, run.id, run.state_id, worker.name as worker
  from orion.flow_run as run
  join orion.work_queue as queue on queue.workspace_id = run.workspace_id and queue.id = run.active_queue_id
  join orion.worker as worker on worker.workspace_id = run.workspace_id and worker.work_pool_id = queue.work_pool_id
    and worker.name = run.labels ->> 'prefect.worker.name'
  where run.active_queue_id is not null and run.state_type = 'PENDING' and run.infrastructure_pid is null
    and run.state_timestamp < $1 and worker.status = 'OFFLINE' and worker.last_heartbeat_time < $1
  limit $2`,
  { alone: true },
);
