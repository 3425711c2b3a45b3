import {
  boolean,
  enumeration,
  type Infer,
  integer,
  json,
  type JsonText,
  literal,
  map,
  model,
  nullable,
  string,
  type Timestamp,
  timestamp,
  union,
  uuid,
} from "./kit/index.ts";

export const STATE_TYPES = [
  "SCHEDULED",
  "PENDING",
  "RUNNING",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
  "CRASHED",
  "PAUSED",
  "CANCELLING",
] as const;
export type StateType = (typeof STATE_TYPES)[number];
export const StateType = enumeration("StateType", STATE_TYPES);

/** What a state says beside its type and name; the keys are the wire's. */
export interface StateDetails {
  flow_run_id: string | null;
  task_run_id: string | null;
  /** On the tracking task run of a subflow: the subflow's run. */
  child_flow_run_id: string | null;
  scheduled_time: Timestamp | null;
  cache_key: string | null;
  cache_expiration: Timestamp | null;
  deferred: boolean | null;
  untrackable_result: boolean;
  pause_timeout: Timestamp | null;
  /** True of a suspension: the process ends, and resuming schedules the run anew. */
  pause_reschedule: boolean;
  pause_key: string | null;
  /** Where a pause keeps what it asks for and what was answered: keys of flow run inputs. */
  run_input_keyset: Record<string, string> | null;
  refresh_cache: boolean | null;
  retriable: boolean | null;
  /** Names one proposal, so that a repeated request is recognised. */
  transition_id: string | null;
  task_parameters_id: string | null;
  traceparent: string | null;
  deployment_concurrency_lease_id: string | null;
}
export const StateDetails = model<StateDetails>("StateDetails", {
  flow_run_id: nullable(uuid()).default(null),
  task_run_id: nullable(uuid()).default(null),
  child_flow_run_id: nullable(uuid()).default(null),
  scheduled_time: nullable(timestamp()).default(null),
  cache_key: nullable(string()).default(null),
  cache_expiration: nullable(timestamp()).default(null),
  deferred: nullable(boolean()).default(false),
  untrackable_result: boolean().default(false),
  pause_timeout: nullable(timestamp()).default(null),
  pause_reschedule: boolean().default(false),
  pause_key: nullable(string()).default(null),
  run_input_keyset: nullable(map(string())).default(null),
  refresh_cache: nullable(boolean()).default(null),
  retriable: nullable(boolean()).default(null),
  transition_id: nullable(uuid()).default(null),
  task_parameters_id: nullable(uuid()).default(null),
  traceparent: nullable(string()).default(null),
  deployment_concurrency_lease_id: nullable(uuid()).default(null),
});

const noDetails = StateDetails.parse({});
/** State details that say nothing. */
export function emptyStateDetails(): StateDetails {
  if (!noDetails.ok) throw new Error("StateDetails has a key without default");
  return { ...noDetails.value };
}

/** A state as it is kept and answered. */
export interface State {
  id: string;
  type: StateType;
  name: string | null;
  timestamp: Timestamp;
  message: string | null;
  /** Whatever the client stored with the state; null when it stored nothing. */
  data: JsonText | null;
  state_details: StateDetails;
}
export const State = model<State>("State", {
  id: uuid(),
  type: StateType,
  name: nullable(string()).default(null),
  timestamp: timestamp(),
  message: nullable(string()).default(null),
  data: nullable(json()).default(null),
  state_details: StateDetails.default(emptyStateDetails),
});

/** A state as a client proposes it: the server gives it identity and time. */
export interface StateCreate {
  type: StateType;
  name: string | null;
  message: string | null;
  data: JsonText | null;
  state_details: StateDetails;
}
export const StateCreate = model<StateCreate>(
  "StateCreate",
  {
    type: StateType,
    name: nullable(string()).default(null),
    message: nullable(string()).default(null),
    data: nullable(json()).default(null),
    state_details: StateDetails.default(emptyStateDetails),
  },
  { extra: "forbid" },
);

export const SetStateStatus = enumeration("SetStateStatus", ["ACCEPT", "REJECT", "ABORT", "WAIT"]);
export type SetStateStatus = Infer<typeof SetStateStatus>;

export const StateAcceptDetails = model<{ type: "accept_details" }>("StateAcceptDetails", {
  type: literal("accept_details").default("accept_details"),
});
export const StateRejectDetails = model<{ type: "reject_details"; reason: string | null }>("StateRejectDetails", {
  type: literal("reject_details").default("reject_details"),
  reason: nullable(string()).default(null),
});
export const StateAbortDetails = model<{ type: "abort_details"; reason: string | null }>("StateAbortDetails", {
  type: literal("abort_details").default("abort_details"),
  reason: nullable(string()).default(null),
});
export const StateWaitDetails = model<{ type: "wait_details"; delay_seconds: number; reason: string | null }>(
  "StateWaitDetails",
  {
    type: literal("wait_details").default("wait_details"),
    delay_seconds: integer(),
    reason: nullable(string()).default(null),
  },
);
export const StateResponseDetails = union([StateAcceptDetails, StateWaitDetails, StateRejectDetails, StateAbortDetails]);
export type StateResponseDetails = Infer<typeof StateResponseDetails>;

/** The answer to a proposed state: what became of it, and the state that the run has now. */
export interface OrchestrationResult {
  state: State | null;
  status: SetStateStatus;
  details: StateResponseDetails;
}
export const OrchestrationResult = model<OrchestrationResult>("OrchestrationResult", {
  state: nullable(State),
  status: SetStateStatus,
  details: StateResponseDetails,
});
