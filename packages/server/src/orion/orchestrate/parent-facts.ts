import type { JsonText, StateType, Timestamp } from "@praetor/wire";
import { type KeptDetails, stateOf, type TaskRunRow } from "../states/index.ts";

/** The task run that stands for a subflow in its parent, as columns of the subflow's row. */
export interface ParentColumns {
  readonly parent_id: string | null;
  readonly parent_name: string | null;
  readonly parent_tags: string[] | null;
  readonly parent_flow_run_id: string | null;
  readonly parent_state_id: string | null;
  readonly parent_state_type: StateType | null;
  readonly parent_state_name: string | null;
  readonly parent_state_timestamp: Timestamp | null;
  readonly parent_run_count: number | null;
  readonly parent_expected_start_time: Timestamp | null;
  readonly parent_next_scheduled_start_time: Timestamp | null;
  readonly parent_start_time: Timestamp | null;
  readonly parent_end_time: Timestamp | null;
  readonly parent_total_run_time: number | null;
  readonly parent_flow_run_run_count: number | null;
  readonly parent_message: string | null;
  readonly parent_state_details: KeptDetails | null;
  readonly parent_data: JsonText | null;
  readonly parent_tag_lease_ids: string[] | null;
}

const RUN_COLUMNS = [
  "id",
  "name",
  "tags",
  "flow_run_id",
  "state_id",
  "state_type",
  "state_name",
  "state_timestamp",
  "run_count",
  "expected_start_time",
  "next_scheduled_start_time",
  "start_time",
  "end_time",
  "total_run_time",
  "flow_run_run_count",
];

export const PARENT_COLUMNS = [
  ...RUN_COLUMNS.map((column) => `parent.${column} as parent_${column}`),
  "parent_state.message as parent_message",
  "parent_state.state_details as parent_state_details",
  "parent_state.data as parent_data",
  `case when parent.id is not null then array(
    select distinct held.id from orion.concurrency_lease as held
    where held.workspace_id = run.workspace_id and held.holder_id = parent.id and held.expiration > now()
  ) end as parent_tag_lease_ids`,
].join(", ");

export const PARENT_JOINS = `
  left join orion.task_run as parent on parent.workspace_id = run.workspace_id and parent.id = run.parent_task_run_id
  left join orion.task_run_state as parent_state
    on parent_state.workspace_id = parent.workspace_id and parent_state.id = parent.state_id`;

function parentState(row: ParentColumns): TaskRunRow["state"] {
  return stateOf({
    state_id: row.parent_state_id,
    state_type: row.parent_state_type,
    state_name: row.parent_state_name,
    state_timestamp: row.parent_state_timestamp,
    message: row.parent_message,
    data: row.parent_data,
    state_details: row.parent_state_details,
  });
}

export function parentOf(row: ParentColumns): TaskRunRow | null {
  if (row.parent_id === null) return null;
  return {
    id: row.parent_id,
    flow_run_id: row.parent_flow_run_id,
    run: {
      state_id: row.parent_state_id,
      state_type: row.parent_state_type,
      state_name: row.parent_state_name,
      state_timestamp: row.parent_state_timestamp,
      run_count: row.parent_run_count ?? 0,
      expected_start_time: row.parent_expected_start_time,
      next_scheduled_start_time: row.parent_next_scheduled_start_time,
      start_time: row.parent_start_time,
      end_time: row.parent_end_time,
      total_run_time: row.parent_total_run_time ?? 0,
      flow_run_run_count: row.parent_flow_run_run_count ?? 0,
    },
    state: parentState(row),
    tag_lease_ids: row.parent_tag_lease_ids ?? [],
  };
}
