import type { JsonText, Timestamp } from "@praetor/wire";

/** Every type a state can have, in the order in which answers that count by type list them. */
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

/** Types after which nothing more happens by itself; a rerun may still leave them. */
export const TERMINAL_STATES = ["COMPLETED", "CANCELLED", "FAILED", "CRASHED"] as const satisfies readonly StateType[];

export type TerminalStateType = (typeof TERMINAL_STATES)[number];

const terminal: ReadonlySet<StateType> = new Set(TERMINAL_STATES);

/** Whether a run in this state has ended; false for a run without a state. */
export function isTerminal(type: StateType | null): boolean {
  return type !== null && terminal.has(type);
}

/** What a state carries besides its type, name, message and data; the wire's own keys. */
export interface StateDetails {
  readonly flow_run_id: string | null;
  readonly task_run_id: string | null;
  /** On the task run that stands for a subflow: the subflow's run. */
  readonly child_flow_run_id: string | null;
  readonly scheduled_time: Timestamp | null;
  readonly cache_key: string | null;
  readonly cache_expiration: Timestamp | null;
  /** Set on task runs that a task worker executes. */
  readonly deferred: boolean | null;
  readonly untrackable_result: boolean;
  readonly pause_timeout: Timestamp | null;
  /** Whether the pause lets the process end (suspension) or keeps it waiting. */
  readonly pause_reschedule: boolean;
  readonly pause_key: string | null;
  readonly run_input_keyset: Readonly<Record<string, string>> | null;
  readonly refresh_cache: boolean | null;
  readonly retriable: boolean | null;
  /** The proposer's own mark of this transition, by which a repeated proposal is known. */
  readonly transition_id: string | null;
  readonly task_parameters_id: string | null;
  readonly traceparent: string | null;
  readonly deployment_concurrency_lease_id: string | null;
}

export const NO_DETAILS: StateDetails = {
  flow_run_id: null,
  task_run_id: null,
  child_flow_run_id: null,
  scheduled_time: null,
  cache_key: null,
  cache_expiration: null,
  deferred: false,
  untrackable_result: false,
  pause_timeout: null,
  pause_reschedule: false,
  pause_key: null,
  run_input_keyset: null,
  refresh_cache: null,
  retriable: null,
  transition_id: null,
  task_parameters_id: null,
  traceparent: null,
  deployment_concurrency_lease_id: null,
};

/** A state that somebody wants a run to have; identity and time are given only when it is written. */
export interface ProposedState {
  readonly type: StateType;
  readonly name: string;
  readonly message: string | null;
  readonly data: JsonText | null;
  readonly state_details: StateDetails;
}

/** A state that a run has or had. */
export interface State extends ProposedState {
  readonly id: string;
  readonly timestamp: Timestamp;
}

/** What a proposer may leave out of a state. */
export interface StateInput {
  readonly type: StateType;
  readonly name?: string | null;
  readonly message?: string | null;
  readonly data?: JsonText | null;
  readonly state_details?: Partial<StateDetails> | null;
}

/** Completes what a proposer said: the type's own name when none is given, and `now` for a schedule without a time. */
export function propose(input: StateInput, now: Timestamp): ProposedState {
  const details = { ...NO_DETAILS, ...input.state_details };
  const due = input.type === "SCHEDULED" ? (details.scheduled_time ?? now) : details.scheduled_time;
  return {
    type: input.type,
    name: input.name ?? titleOf(input.type),
    message: input.message ?? null,
    data: input.data ?? null,
    state_details: { ...details, scheduled_time: due },
  };
}

/** A state due at a time: `Scheduled`, `AwaitingRetry`, `Resuming`, ... */
export function scheduledAt(scheduled_time: Timestamp, rest: Omit<StateInput, "type">): ProposedState {
  return propose({ ...rest, type: "SCHEDULED", state_details: { ...rest.state_details, scheduled_time } }, scheduled_time);
}

/** The proposal with some of its details replaced. */
export function withDetails(state: ProposedState, details: Partial<StateDetails>): ProposedState {
  return { ...state, state_details: { ...state.state_details, ...details } };
}

/** The name that a type has by itself: `Scheduled`, `Pending`, ... */
export function titleOf(type: StateType): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}
