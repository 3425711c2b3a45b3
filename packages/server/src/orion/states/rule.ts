import type { FlowRunPolicy, Timestamp } from "@praetor/wire";
import type { Circumstances } from "./circumstances.ts";
import type { FlowRunFacts, TaskRunFacts } from "./facts.ts";
import { type ProposedState, STATE_TYPES, type State, type StateType } from "./state.ts";
import type { CacheRow, LeaseRenewed, LeaseTaken, VerdictDetails, VerdictStatus } from "./verdict.ts";

export const ANY_STATE: readonly StateType[] = STATE_TYPES;
/** Every state, and none: the first transition of a run included. */
export const ANY_ORIGIN: readonly (StateType | null)[] = [...STATE_TYPES, null];

/** What a rule looks at. `initial` is the current state; `proposed` may already have been amended by earlier rules. */
export interface Matter<Facts, Initial extends State | null = State | null> {
  readonly facts: Facts;
  readonly initial: Initial;
  readonly proposed: ProposedState;
  readonly circumstances: Circumstances;
}

/** What a proposer is told when the proposal is not simply accepted. */
export interface Refusal {
  readonly status: Exclude<VerdictStatus, "ACCEPT">;
  readonly details: VerdictDetails;
}

/**
 * What a rule makes of a proposal: `proposed` is what will be written, null for nothing; `effects` come true only if no
 * later rule turns the run to another type of state.
 */
export interface Outcome<Effects> {
  readonly proposed: ProposedState | null;
  readonly refusal: Refusal | null;
  readonly effects: Effects | null;
}

/** One consideration of a policy; it speaks only of transitions from one of `from` (null: no state yet) to one of `to`. */
export interface Rule<Facts, Effects> {
  readonly name: string;
  readonly from: readonly (StateType | null)[];
  readonly to: readonly StateType[];
  decide(matter: Matter<Facts>): Outcome<Effects>;
}

/** Rules in the order in which they are asked. */
export interface Policy<Facts, Effects> {
  readonly name: string;
  readonly rules: readonly Rule<Facts, Effects>[];
}

export interface FlowRunEffects {
  /** Seen by the bookkeeping. */
  readonly policy?: Partial<FlowRunPolicy>;
  /** Written over what the bookkeeping makes of the policy. */
  readonly policyAfterwards?: Partial<FlowRunPolicy>;
  readonly take?: LeaseTaken;
  readonly renew?: LeaseRenewed;
  /** Let the run's failed task runs await a retry due then, as if they had never run. */
  readonly failedTaskRunsDue?: Timestamp;
}

export interface TaskRunEffects {
  /** Seen by the bookkeeping. */
  readonly run_count?: number;
  readonly flow_run_run_count?: number;
  readonly take?: LeaseTaken;
  readonly cache?: CacheRow;
  readonly enqueue?: "scheduled" | "retry";
}

export type FlowRunRule = Rule<FlowRunFacts, FlowRunEffects>;
export type TaskRunRule = Rule<TaskRunFacts, TaskRunEffects>;
/** A rule of flow runs and task runs alike. */
export type RunRule = Rule<unknown, never>;
export type FlowRunPolicyRules = Policy<FlowRunFacts, FlowRunEffects>;
export type TaskRunPolicyRules = Policy<TaskRunFacts, TaskRunEffects>;

/** A rule for runs that have a state. */
export function rule<Facts, Effects>(definition: {
  readonly name: string;
  readonly from: readonly StateType[];
  readonly to: readonly StateType[];
  decide(matter: Matter<Facts, State>): Outcome<Effects>;
}): Rule<Facts, Effects> {
  return { ...definition, decide: (matter) => (hasState(matter) ? definition.decide(matter) : pass(matter.proposed)) };
}

function hasState<Facts>(matter: Matter<Facts>): matter is Matter<Facts, State> {
  return matter.initial !== null;
}

/** Lets the proposal through, as it is or amended; the type must stay. */
export function pass<Effects>(proposed: ProposedState, effects: Effects | null = null): Outcome<Effects> {
  return { proposed, refusal: null, effects };
}

/** Refuses the proposal and writes `replacement` in its place, or nothing. */
export function reject<Effects>(
  replacement: ProposedState | null,
  reason: string,
  effects: Effects | null = null,
): Outcome<Effects> {
  return { proposed: replacement, refusal: { status: "REJECT", details: { type: "reject_details", reason } }, effects };
}

/** Asks the proposer to come again after whole seconds; writes nothing. */
export function wait(delay_seconds: number, reason: string): Outcome<never> {
  const details = { type: "wait_details", delay_seconds, reason } as const;
  return { proposed: null, refusal: { status: "WAIT", details }, effects: null };
}

/** Tells the proposer to stop; writes nothing. */
export function abort(reason: string): Outcome<never> {
  return { proposed: null, refusal: { status: "ABORT", details: { type: "abort_details", reason } }, effects: null };
}
