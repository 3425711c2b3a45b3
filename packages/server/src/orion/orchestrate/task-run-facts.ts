import { type JsonText, noTaskRunPolicy, type StateType, type TaskRunPolicy, type Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import { type KeptDetails, type RunColumns, type State, type StateColumns, stateOf, type TaskRunFacts } from "../states/index.ts";

interface TaskRunFactsRow extends StateColumns, Omit<RunColumns, keyof StateColumns> {
  readonly asked_key: string | null;
  readonly id: string;
  readonly flow_run_id: string | null;
  readonly flow_run_run_count: number;
  readonly empirical_policy: Partial<TaskRunPolicy>;
  readonly flow_run_run_count_now: number | null;
  readonly flow_run_state_type: StateType | null;
  readonly flow_run_found: string | null;
  readonly pause_timeout: Timestamp | null;
  readonly pause_reschedule: boolean | null;
  readonly tag_lease_ids: string[];
  readonly tag_limits: TaskRunFacts["tag_limits"];
  readonly cached_id: string | null;
  readonly cached_type: StateType | null;
  readonly cached_name: string | null;
  readonly cached_timestamp: Timestamp | null;
  readonly cached_message: string | null;
  readonly cached_data: JsonText | null;
  readonly cached_details: KeptDetails | null;
}

/**
 * All that the policies of task runs look at, for every run of a batch. `cacheKeys` stands beside `ids`: the key that
 * each proposal would be answered from, null where it has none or asks for a refresh.
 */
export const readTaskRunFacts = workspaceStatement<
  [ids: string[], cacheKeys: (string | null)[], now: Timestamp],
  TaskRunFactsRow
>(
  "orchestrate.read-task-run-facts",
  `select
    asked.cache_key as asked_key, task.id, task.flow_run_id, task.state_id, task.state_type, task.state_name,
    task.state_timestamp, task.run_count,
    task.flow_run_run_count, task.expected_start_time, task.next_scheduled_start_time, task.start_time, task.end_time,
    task.total_run_time, task.empirical_policy, state.message, state.state_details, state.data,
    run.id as flow_run_found, run.run_count as flow_run_run_count_now, run.state_type as flow_run_state_type,
    (run_state.state_details ->> 'pause_timeout')::timestamptz as pause_timeout,
    (run_state.state_details ->> 'pause_reschedule')::boolean as pause_reschedule,
    array(
      select distinct held.id from orion.concurrency_lease as held
      where held.workspace_id = task.workspace_id and held.holder_id = task.id and held.expiration > $4
    ) as tag_lease_ids,
    case when task.tags = '{}' then '[]'::jsonb else coalesce((
      select jsonb_agg(jsonb_build_object(
          'id', "limit".id, 'active', "limit".active, 'limit', "limit"."limit",
          'free', "limit"."limit" - "limit".active_slots, 'tag', substr("limit".name, 5),
          'active_slots', "limit".active_slots, 'avg_slot_occupancy_seconds', "limit".avg_slot_occupancy_seconds
        ) order by "limit".name)
      from orion.concurrency_limit_in_use as "limit"
      where "limit".workspace_id = task.workspace_id and "limit".active
        and "limit".name = any(select 'tag:' || tag from unnest(task.tags) as tag)
    ), '[]'::jsonb) end as tag_limits,
    cached.id as cached_id, cached.type as cached_type, cached.name as cached_name, cached.timestamp as cached_timestamp,
    cached.message as cached_message, cached.data as cached_data, cached.state_details as cached_details
  from unnest($2::uuid[], $3::text[]) as asked(id, cache_key)
  join orion.task_run as task on task.id = asked.id
  left join orion.task_run_state as state on state.workspace_id = task.workspace_id and state.id = task.state_id
  left join orion.flow_run as run on run.workspace_id = task.workspace_id and run.id = task.flow_run_id
  left join orion.flow_run_state as run_state on run_state.workspace_id = run.workspace_id and run_state.id = run.state_id
  left join lateral (
    select entry.task_run_state_id from orion.task_run_state_cache as entry
    where entry.workspace_id = task.workspace_id and entry.cache_key = asked.cache_key
      and (entry.cache_expiration is null or entry.cache_expiration > $4)
    order by entry.created desc limit 1
  ) as entry on asked.cache_key is not null
  left join orion.task_run_state as cached on cached.workspace_id = task.workspace_id and cached.id = entry.task_run_state_id
  where task.workspace_id = $1`,
);

function cachedOf(row: TaskRunFactsRow): State | null {
  return stateOf({
    state_id: row.cached_id,
    state_type: row.cached_type,
    state_name: row.cached_name,
    state_timestamp: row.cached_timestamp,
    message: row.cached_message,
    data: row.cached_data,
    state_details: row.cached_details,
  });
}

/** The row as the policies read it. */
export function taskRunFacts(row: TaskRunFactsRow): TaskRunFacts {
  return {
    id: row.id,
    flow_run_id: row.flow_run_id,
    run: row,
    state: stateOf(row),
    tag_lease_ids: row.tag_lease_ids,
    empirical_policy: { ...noTaskRunPolicy(), ...row.empirical_policy },
    flow_run:
      row.flow_run_found === null
        ? null
        : {
            id: row.flow_run_found,
            run_count: row.flow_run_run_count_now ?? 0,
            state_type: row.flow_run_state_type,
            pause_timeout: row.pause_timeout,
            pause_reschedule: row.pause_reschedule ?? false,
          },
    tag_limits: row.tag_limits,
    cached: cachedOf(row),
  };
}
