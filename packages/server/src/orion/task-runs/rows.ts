import { type Derived, type ListedTaskRun, RowWriter, TaskRun, TaskRunResponse, type Timestamp } from "@praetor/wire";
import { Fragment } from "../../platform/database/index.ts";
import { estimatedRunTime, estimatedStartTimeDelta } from "../flow-runs/index.ts";
import { type StateColumns, stateOf } from "../states/index.ts";

/** What a list or a read selects of a task run; its state stands in columns of its own. */
export interface TaskRunRow
  extends Omit<TaskRun, "state" | "state_id" | "state_type" | "state_name" | "estimated_run_time" | "estimated_start_time_delta">,
    StateColumns {}

export const TASK_RUN_COLUMNS = `task.id, task.created, task.updated, task.name, task.flow_run_id, task.task_key, task.dynamic_key,
  task.cache_key, task.cache_expiration, task.task_version, task.empirical_policy, task.tags, task.labels, task.state_id,
  task.task_inputs, task.state_type, task.state_name, task.state_timestamp, task.run_count, task.flow_run_run_count,
  task.expected_start_time, task.next_scheduled_start_time, task.start_time, task.end_time, task.total_run_time,
  state.message, state.state_details, state.data`;
export const TASK_RUN_JOINS = `
  left join orion.task_run_state as state on state.workspace_id = task.workspace_id and state.id = task.state_id`;

export const taskRunColumns = Fragment.text(TASK_RUN_COLUMNS);
export const taskRunJoins = Fragment.text(TASK_RUN_JOINS);

/** What of an answer is in no column. */
const derived = {
  state: stateOf,
  estimated_run_time: estimatedRunTime,
  estimated_start_time_delta: estimatedStartTimeDelta,
} satisfies Derived<TaskRunRow, TaskRun, Timestamp>;

/** Task runs as they are listed at an instant. */
export const taskRunWriter = new RowWriter<TaskRunRow, TaskRun, Timestamp>(TaskRun, derived);

/** The same on a page, which tells less of each. */
export const listedTaskRunWriter = new RowWriter<TaskRunRow, ListedTaskRun, Timestamp>(TaskRunResponse, derived);

/** The task run as it is answered at the instant `now`. */
export function presentTaskRun(row: TaskRunRow, now: Timestamp): TaskRun {
  return {
    ...row,
    state: derived.state(row),
    estimated_run_time: derived.estimated_run_time(row, now),
    estimated_start_time_delta: derived.estimated_start_time_delta(row, now),
  };
}
