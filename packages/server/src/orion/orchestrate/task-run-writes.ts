import type { Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import type { TaskRunWrites } from "../states/index.ts";
import { collected, releasedOf, RUN_ROWS, runRow, STATE_ROWS } from "./rows.ts";

export const TASK_RUN_ROWS = `${RUN_ROWS}, ${STATE_ROWS},
  flow_run_run_count integer, cache_key text, cache_expiration timestamptz, forced boolean, enqueue text`;

/** Writes of one task run, flat. A forced state asks nobody and is not compared: it goes with the flow run that forces it. */
export function taskRunRow(writes: TaskRunWrites, artifactId: () => string, forced = true) {
  return {
    ...runRow(writes, artifactId),
    flow_run_run_count: writes.run.flow_run_run_count,
    cache_key: writes.cache?.cache_key ?? null,
    cache_expiration: writes.cache?.cache_expiration ?? null,
    forced,
    enqueue: writes.enqueue,
  };
}

/** A CTE that lets the task runs of `source` wait for a task worker that serves their key, where their state says so. */
export function deferred(source: string): string {
  return `deferred as (
    insert into orion.deferred_task_run as waiting (workspace_id, task_run_id, task_key, due, first)
    select $1, run_id, task_key, coalesce(next_scheduled_start_time, $4), enqueue = 'retry' from ${source} where enqueue is not null
    on conflict (workspace_id, task_run_id) do update set
      due = excluded.due, first = excluded.first, offered_to = null, offered_until = null
  )`;
}

/** CTEs that write the task runs of the CTE `source`; `$1` is the workspace, `$4` the instant. */
export function forcedTaskRuns(source: string): string {
  return `written_tasks as (
    update orion.task_run as task set
      updated = $4,
      state_id = proposed.state_id,
      state_type = proposed.state_type,
      state_name = proposed.state_name,
      state_timestamp = proposed.state_timestamp,
      run_count = proposed.run_count,
      flow_run_run_count = proposed.flow_run_run_count,
      expected_start_time = proposed.expected_start_time,
      next_scheduled_start_time = proposed.next_scheduled_start_time,
      start_time = proposed.start_time,
      end_time = proposed.end_time,
      total_run_time = proposed.total_run_time
    from ${source} as proposed
    where task.workspace_id = $1 and task.id = any(array(select run_id from ${source})) and task.id = proposed.run_id
      and (proposed.forced or task.state_id is not distinct from proposed.replaces)
    returning proposed.*, task.flow_run_id, task.task_key
  ), task_states as (
    insert into orion.task_run_state
      (workspace_id, id, created, updated, task_run_id, type, name, timestamp, message, state_details, data, result_artifact_id)
    select $1, state_id, $4, $4, run_id, state_type, state_name, state_timestamp, message, state_details, data::json, artifact_id
    from written_tasks
  ), task_artifacts as (
    insert into orion.artifact (workspace_id, id, created, updated, key, type, description, data, flow_run_id, task_run_id)
    select $1, artifact_id, moment, moment, artifact_key, artifact_type, artifact_description, data::json, flow_run_id, run_id
    -- later than that of the flow run which forces it, for lists by age
    from written_tasks, lateral (select $4::timestamptz + case when forced then interval '1 microsecond' else interval '0' end) as made(moment)
    where artifact_id is not null
  ), task_collections as (${collected("written_tasks")}), cached as (
    insert into orion.task_run_state_cache (workspace_id, id, created, updated, cache_key, cache_expiration, task_run_state_id)
    select $1, gen_random_uuid(), $4, $4, cache_key, cache_expiration, state_id
    from written_tasks where cache_key is not null
  ), ${deferred("written_tasks")}`;
}

/**
 * Writes every task run of a batch whose current state is still the one it was judged by, with all that its verdict
 * implies. `$2` holds the runs; `$3` is unused and keeps the parameters of both writers in one order; `$4` is the instant.
 */
export const writeTaskRuns = workspaceStatement<[runs: string, unused: null, now: Timestamp], { id: string }>(
  "orchestrate.write-task-runs",
  `with proposed as materialized (
    select * from json_to_recordset($2::json) as row(${TASK_RUN_ROWS}) where $3::text is null
  ), ${forcedTaskRuns("proposed")}
  select run_id as id, ${releasedOf("written_tasks")} as freed from written_tasks`,
);
