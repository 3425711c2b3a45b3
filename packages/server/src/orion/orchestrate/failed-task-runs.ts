import { workspaceStatement } from "../../platform/database/index.ts";
import { type StateColumns, stateOf, type TaskRunColumns, type TaskRunRow } from "../states/index.ts";

interface FailedTaskRun extends StateColumns, Omit<TaskRunColumns, keyof StateColumns> {
  readonly id: string;
  readonly flow_run_id: string;
}

/** The task runs that a flow's retry begins anew, for clients so old that they leave this to the server. */
export const readFailedTaskRuns = workspaceStatement<[flowRunId: string], FailedTaskRun>(
  "orchestrate.read-failed-task-runs",
  `select task.id, task.flow_run_id, task.state_id, task.state_type, task.state_name, task.state_timestamp, task.run_count,
    task.flow_run_run_count, task.expected_start_time, task.next_scheduled_start_time, task.start_time, task.end_time,
    task.total_run_time, state.message, state.data, state.state_details
  from orion.task_run as task
  join orion.task_run_state as state on state.workspace_id = task.workspace_id and state.id = task.state_id
  where task.workspace_id = $1 and task.flow_run_id = $2 and task.state_type = 'FAILED'`,
);

export function failedTaskRun(row: FailedTaskRun): TaskRunRow {
  return { id: row.id, flow_run_id: row.flow_run_id, run: row, state: stateOf(row), tag_lease_ids: [] };
}
