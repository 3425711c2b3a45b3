import {
  emptyStateDetails,
  type State as WireState,
  type StateCreate,
  type StateDetails,
  type StateType,
  type Timestamp,
} from "@praetor/wire";

export { STATE_TYPES, type StateDetails, type StateType } from "@praetor/wire";

/** Types after which nothing more happens by itself; a rerun may still leave them. */
export const TERMINAL_STATES = ["COMPLETED", "CANCELLED", "FAILED", "CRASHED"] as const satisfies readonly StateType[];

const terminal: ReadonlySet<StateType | null> = new Set(TERMINAL_STATES);

/** Whether a run in this state has ended; false for a run without a state. */
export function isTerminal(type: StateType | null): boolean {
  return terminal.has(type);
}

/** A state that somebody wants a run to have; identity and time are given only when it is written. */
export interface ProposedState extends Readonly<StateCreate> {
  readonly name: string;
}

/** A state that a run has or had. */
export interface State extends Readonly<WireState> {
  readonly name: string;
}

/** What a proposer may leave out of a state. */
export interface StateInput extends Partial<Omit<StateCreate, "state_details">> {
  readonly type: StateType;
  readonly state_details?: Readonly<Partial<StateDetails>>;
}

/** Completes what a proposer said: the type's own name when none is given, and `now` for a schedule without a time. */
export function propose(input: StateInput, now: Timestamp): ProposedState {
  const details = { ...emptyStateDetails(), ...input.state_details };
  if (input.type === "SCHEDULED") details.scheduled_time ??= now;
  return {
    type: input.type,
    name: input.name ?? titleOf(input.type),
    message: input.message ?? null,
    data: input.data ?? null,
    state_details: details,
  };
}

/** A state due at a time: `AwaitingRetry`, `Resuming`, `Late`, ... */
export function scheduled(
  name: string,
  due: Timestamp,
  rest: Partial<Pick<StateCreate, "message" | "data">> = {},
): ProposedState {
  return propose({ ...rest, type: "SCHEDULED", name }, due);
}

/** A state that says no more than why: `Cancelled`, `Failed`. */
export function ended(type: "CANCELLED" | "FAILED", message: string | null = null): ProposedState {
  return { type, name: titleOf(type), message, data: null, state_details: emptyStateDetails() };
}

/** The state of a run that ended without saying so. */
export function crashed(message: string): ProposedState {
  return { type: "CRASHED", name: titleOf("CRASHED"), message, data: null, state_details: emptyStateDetails() };
}

/** The same state with some of its details replaced. */
export function withDetails<S extends ProposedState>(state: S, details: Readonly<Partial<StateDetails>>): S {
  return { ...state, state_details: { ...state.state_details, ...details } };
}

/** The name that a type has by itself: `Scheduled`, `Pending`, ... */
export function titleOf(type: StateType): string {
  return type.charAt(0) + type.slice(1).toLowerCase();
}
