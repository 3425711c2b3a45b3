import { systemStatement } from "../../platform/database/index.ts";

/** What the recorder writes of one event, as `json_to_recordset` reads it; JSON columns are texts that hold JSON. */
const EVENT_ROWS = `position integer, workspace_id uuid, id uuid, flow_run_id uuid, name text, task_key text, dynamic_key text,
  cache_key text, cache_expiration timestamptz, task_version text, empirical_policy jsonb, tags text[], labels text,
  task_inputs text, run_count integer, flow_run_run_count integer, expected_start_time timestamptz,
  next_scheduled_start_time timestamptz, start_time timestamptz, end_time timestamptz, total_run_time double precision,
  state_id uuid, state_type orion.state_type, state_name text, state_timestamp timestamptz, message text, state_details jsonb,
  data text`;

/**
 * Records a batch of events of task runs: every state, and each run as its newest event tells it.
 *
 * - A run is known by flow run, task key and dynamic key; who wrote it first gave it its id, and events that call it by
 *   another id are taken for that run.
 * - A run moves only forward: an event that is older than the run's state adds to the history and changes nothing else.
 * - What an event does not say stays as it is.
 * - Runs of a flow run that is gone are left out, and counted.
 *
 * So the same events in another order, in other batches or twice leave the same rows. Runs are written in the order of
 * their ids, so that two batches that share runs wait for each other instead of deadlocking.
 */
export const recordTaskRunEvents = systemStatement<[events: string], { orphans: number }>(
  "task-runs.record",
  `with event as materialized (
    select * from json_to_recordset($1::json) as row (${EVENT_ROWS})
  ), known as materialized (
    select event.*, coalesce(existing.id, first_value(event.id) over (
      partition by event.workspace_id, event.flow_run_id, event.task_key, event.dynamic_key,
        case when event.flow_run_id is null then event.id end
      order by event.position)) as run_id
    from event
    left join orion.task_run as existing on existing.workspace_id = event.workspace_id
      and existing.flow_run_id = event.flow_run_id
      and existing.task_key = event.task_key and existing.dynamic_key = event.dynamic_key
    where event.flow_run_id is null or exists (
      select from orion.flow_run as flow_run
      where flow_run.workspace_id = event.workspace_id and flow_run.id = event.flow_run_id)
  ), latest as (
    select distinct on (workspace_id, run_id) * from known order by workspace_id, run_id, state_timestamp desc, state_id
  ), recorded as (
    insert into orion.task_run as run (workspace_id, id, flow_run_id, name, task_key, dynamic_key, cache_key,
      cache_expiration, task_version, empirical_policy, tags, labels, task_inputs, run_count, flow_run_run_count,
      expected_start_time, next_scheduled_start_time, start_time, end_time, total_run_time,
      state_id, state_type, state_name, state_timestamp)
    select latest.workspace_id, latest.run_id, latest.flow_run_id,
      coalesce(latest.name, present.name, latest.task_key || '-' || latest.dynamic_key), latest.task_key, latest.dynamic_key,
      latest.cache_key, latest.cache_expiration, latest.task_version,
      coalesce(latest.empirical_policy, present.empirical_policy, '{}'), coalesce(latest.tags, present.tags, '{}'),
      latest.labels::json, coalesce(latest.task_inputs::json, present.task_inputs, '{}'),
      coalesce(latest.run_count, present.run_count, 0),
      coalesce(latest.flow_run_run_count, present.flow_run_run_count, 0),
      latest.expected_start_time, latest.next_scheduled_start_time, latest.start_time, latest.end_time,
      coalesce(latest.total_run_time, present.total_run_time, 0),
      latest.state_id, latest.state_type, latest.state_name, latest.state_timestamp
    from latest left join orion.task_run as present
      on present.workspace_id = latest.workspace_id and present.id = latest.run_id
    order by latest.workspace_id, latest.run_id
    on conflict (workspace_id, id) do update set
      updated = now(),
      flow_run_id = excluded.flow_run_id,
      name = excluded.name,
      task_key = excluded.task_key,
      dynamic_key = excluded.dynamic_key,
      cache_key = coalesce(excluded.cache_key, run.cache_key),
      cache_expiration = coalesce(excluded.cache_expiration, run.cache_expiration),
      task_version = coalesce(excluded.task_version, run.task_version),
      empirical_policy = excluded.empirical_policy,
      tags = excluded.tags,
      labels = coalesce(excluded.labels, run.labels),
      task_inputs = excluded.task_inputs,
      run_count = excluded.run_count,
      flow_run_run_count = excluded.flow_run_run_count,
      expected_start_time = coalesce(excluded.expected_start_time, run.expected_start_time),
      next_scheduled_start_time = coalesce(excluded.next_scheduled_start_time, run.next_scheduled_start_time),
      start_time = coalesce(excluded.start_time, run.start_time),
      end_time = coalesce(excluded.end_time, run.end_time),
      total_run_time = excluded.total_run_time,
      state_id = excluded.state_id,
      state_type = excluded.state_type,
      state_name = excluded.state_name,
      state_timestamp = excluded.state_timestamp
    where run.state_timestamp is null or run.state_timestamp < excluded.state_timestamp
  ), history as (
    insert into orion.task_run_state (workspace_id, id, task_run_id, type, name, timestamp, message, state_details, data)
    select workspace_id, state_id, run_id, state_type, state_name, state_timestamp, message,
      state_details || jsonb_strip_nulls(jsonb_build_object('task_run_id', run_id, 'flow_run_id', flow_run_id)), data::json
    from known order by workspace_id, state_id
    on conflict do nothing
  )
  select ((select count(*) from event) - (select count(*) from known))::integer as orphans`,
  { alone: true },
);
