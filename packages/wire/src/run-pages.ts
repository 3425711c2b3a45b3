import { integer, map, model, number, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";
import { StateType } from "./states.ts";

/** What a chart of runs shows of each. Spans are seconds. */
export interface SimpleFlowRun {
  id: string;
  state_type: StateType;
  /** When it began, or was to begin. */
  timestamp: Timestamp;
  duration: number;
  lateness: number;
}
export const SimpleFlowRun = model<SimpleFlowRun>("SimpleFlowRun", {
  id: uuid(),
  state_type: StateType,
  timestamp: timestamp(),
  duration: number(),
  lateness: number(),
});

/** The run of a flow that comes next. */
export interface SimpleNextFlowRun {
  id: string;
  flow_id: string;
  name: string;
  state_name: string;
  state_type: StateType;
  next_scheduled_start_time: Timestamp;
}
export const SimpleNextFlowRun = model<SimpleNextFlowRun>("SimpleNextFlowRun", {
  id: uuid(),
  flow_id: uuid(),
  name: string(),
  state_name: string(),
  state_type: StateType,
  next_scheduled_start_time: timestamp(),
});

/** One bucket of the dashboard: the task runs of its span that have ended. */
export interface TaskRunCount {
  completed: number;
  failed: number;
}
export const TaskRunCount = model<TaskRunCount>("TaskRunCount", { completed: integer(), failed: integer() });

/** How many runs are in each state. */
export type CountByState = Record<StateType, number>;
const NO_RUNS: CountByState = {
  COMPLETED: 0,
  PENDING: 0,
  RUNNING: 0,
  FAILED: 0,
  CANCELLED: 0,
  CRASHED: 0,
  PAUSED: 0,
  CANCELLING: 0,
  SCHEDULED: 0,
};
const count = integer().default(0);
export const CountByState = model<CountByState>("CountByState", {
  COMPLETED: count,
  PENDING: count,
  RUNNING: count,
  FAILED: count,
  CANCELLED: count,
  CRASHED: count,
  PAUSED: count,
  CANCELLING: count,
  SCHEDULED: count,
});

/** The counts by state; none where a state is not named. */
export function countByState(counts: readonly { readonly state_type: StateType; readonly count: number }[]): CountByState {
  return { ...NO_RUNS, ...Object.fromEntries(counts.map((row) => [row.state_type, row.count])) };
}

/** Numbers by the id of what was counted. */
export const countsById = () => map(integer(), uuid());
