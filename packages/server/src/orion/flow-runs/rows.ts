import { type Derived, FlowRunResponse, microseconds, RowWriter, type StateType, type Timestamp } from "@praetor/wire";
import { Fragment } from "../../platform/database/index.ts";
import { isTerminal, type StateColumns, stateOf } from "../states/index.ts";

/** What a list or a read selects of a run; its state stands in columns of its own. */
export interface FlowRunRow
  extends Omit<
      FlowRunResponse,
      "state" | "state_id" | "state_type" | "state_name" | "estimated_run_time" | "estimated_start_time_delta"
    >,
    StateColumns {}

/** The columns of the run itself. */
export const RUN_COLUMNS = `run.id, run.created, run.updated, run.name, run.flow_id, run.state_id, run.deployment_id, run.deployment_version,
  run.work_queue_id, run.work_queue_name, run.flow_version, run.parameters, run.idempotency_key, run.context,
  run.empirical_policy, run.tags, run.labels, run.parent_task_run_id, run.state_type, run.state_name, run.state_timestamp,
  run.run_count, run.expected_start_time, run.next_scheduled_start_time, run.start_time, run.end_time, run.total_run_time,
  run.auto_scheduled, run.infrastructure_document_id, run.infrastructure_pid, run.created_by, run.job_variables`;
const STATE = "state.message, state.state_details, state.data";
/** Looked up for runs that have a queue; as joins they would be a third of what planning a list costs. */
const POOL = `(
    select queue.work_pool_id from orion.work_queue as queue
    where queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id
  ) as work_pool_id, (
    select pool.name from orion.work_queue as queue
    join orion.work_pool as pool on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
    where queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id
  ) as work_pool_name`;

export const FLOW_RUN_COLUMNS = `${RUN_COLUMNS}, ${STATE}, ${POOL}`;
export const FLOW_RUN_JOINS = `
  left join orion.flow_run_state as state on state.workspace_id = run.workspace_id and state.id = run.state_id`;

export const flowRunColumns = Fragment.text(FLOW_RUN_COLUMNS);
export const flowRunJoins = Fragment.text(FLOW_RUN_JOINS);

/** How far a run has come. */
export interface Progress {
  readonly state_type: StateType | null;
  readonly state_timestamp: Timestamp | null;
  readonly start_time: Timestamp | null;
  readonly expected_start_time: Timestamp | null;
  readonly total_run_time: number;
}

const seconds = (from: Timestamp, to: Timestamp) => (microseconds(to) - microseconds(from)) / 1_000_000;

/** Seconds run so far, the present attempt included. */
export function estimatedRunTime({ state_type, state_timestamp, total_run_time }: Progress, now: Timestamp): number {
  return state_type === "RUNNING" && state_timestamp !== null ? total_run_time + seconds(state_timestamp, now) : total_run_time;
}

/** Seconds by which a run began, or still is, later than expected; 0 for one that is on time or ended before it began. */
export function estimatedStartTimeDelta({ state_type, start_time, expected_start_time }: Progress, now: Timestamp): number {
  if (expected_start_time === null) return 0;
  if (start_time !== null) return Math.max(0, seconds(expected_start_time, start_time));
  return isTerminal(state_type) ? 0 : Math.max(0, seconds(expected_start_time, now));
}

/** What of an answer is in no column. */
const derived = {
  state: stateOf,
  estimated_run_time: estimatedRunTime,
  estimated_start_time_delta: estimatedStartTimeDelta,
} satisfies Derived<FlowRunRow, FlowRunResponse, Timestamp>;

/** Runs as they are listed at an instant. */
export const flowRunWriter = new RowWriter<FlowRunRow, FlowRunResponse, Timestamp>(FlowRunResponse, derived);

/** The run as it is answered at the instant `now`. */
export function presentFlowRun(row: FlowRunRow, now: Timestamp): FlowRunResponse {
  return {
    ...row,
    state: derived.state(row),
    estimated_run_time: derived.estimated_run_time(row, now),
    estimated_start_time_delta: derived.estimated_start_time_delta(row, now),
  };
}
