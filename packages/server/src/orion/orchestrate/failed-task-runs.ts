import type { JsonText, StateDetails, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import type { TaskRunColumns, TaskRunRow } from "../states/index.ts";

interface FailedTaskRun extends TaskRunColumns {
  readonly id: string;
  readonly flow_run_id: string;
  readonly state_id: string;
  readonly name: string;
  readonly timestamp: Timestamp;
  readonly message: string | null;
  readonly data: JsonText | null;
  readonly state_details: StateDetails;
}

/** The task runs that a flow's retry begins anew, for clients so old that they leave this to the server. */
export const readFailedTaskRuns = workspaceStatement<[flowRunId: string], FailedTaskRun>(
  "orchestrate.read-failed-task-runs",
  `select task.id, task.flow_run_id, task.state_id, task.state_type, task.state_name, task.state_timestamp, task.run_count,
    task.flow_run_run_count, task.expected_start_time, task.next_scheduled_start_time, task.start_time, task.end_time,
    task.total_run_time, state.name, state.timestamp, state.message, state.data, state.state_details
  from orion.task_run as task
  join orion.task_run_state as state on state.workspace_id = task.workspace_id and state.id = task.state_id
  where task.workspace_id = $1 and task.flow_run_id = $2 and task.state_type = 'FAILED'`,
);

export function failedTaskRun(row: FailedTaskRun): TaskRunRow {
  const { id, flow_run_id, state_id, name, timestamp, message, data, state_details } = row;
  const state = { id: state_id, type: "FAILED" as const, name, timestamp, message, data, state_details };
  return { id, flow_run_id, run: row, state, tag_lease_ids: [] };
}
