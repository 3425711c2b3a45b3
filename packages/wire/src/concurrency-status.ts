import { optional } from "./filters.ts";
import { integer, list, model, nullable, number, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";
import { StateType } from "./states.ts";

/** A run that holds a slot of a queue or a pool. */
export interface FlowRunSlotSummary {
  id: string;
  name: string;
  state_type: StateType | null;
  state_name: string | null;
  start_time: Timestamp | null;
  state_timestamp: Timestamp | null;
  /** Seconds. */
  time_in_current_state: number | null;
}
export const FlowRunSlotSummary = model<FlowRunSlotSummary>("FlowRunSlotSummary", {
  id: uuid(),
  name: string(),
  state_type: optional(StateType),
  state_name: optional(string()),
  start_time: optional(timestamp()),
  state_timestamp: optional(timestamp()),
  time_in_current_state: optional(number()),
});

/** What holds the slots of one queue of a pool. */
export interface WorkQueueConcurrencyStatusDetail {
  queue_id: string;
  queue_name: string;
  active_slots: number;
  concurrency_limit: number | null;
  flow_runs: FlowRunSlotSummary[];
  flow_run_count: number | null;
}
export const WorkQueueConcurrencyStatusDetail = model<WorkQueueConcurrencyStatusDetail>("WorkQueueConcurrencyStatusDetail", {
  queue_id: uuid(),
  queue_name: string(),
  active_slots: integer(),
  concurrency_limit: optional(integer()),
  flow_runs: list(FlowRunSlotSummary).default(() => []),
  flow_run_count: nullable(integer()).default(null),
});

/** What holds the slots of a queue, a page at a time. */
export interface WorkQueueConcurrencyStatus {
  active_slots: number;
  concurrency_limit: number | null;
  flow_runs: FlowRunSlotSummary[];
  count: number;
  limit: number;
  pages: number;
  page: number;
}
export const WorkQueueConcurrencyStatus = model<WorkQueueConcurrencyStatus>("WorkQueueConcurrencyStatus", {
  active_slots: integer(),
  concurrency_limit: optional(integer()),
  flow_runs: list(FlowRunSlotSummary).default(() => []),
  count: integer(),
  limit: integer(),
  pages: integer(),
  page: integer(),
});
