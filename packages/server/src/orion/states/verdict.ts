import type { JsonText, Timestamp } from "@praetor/wire";
import type { FlowRunEvent } from "./event.ts";
import type { FlowRunColumns, TaskRunColumns } from "./facts.ts";
import type { State } from "./state.ts";

export type VerdictStatus = "ACCEPT" | "REJECT" | "WAIT" | "ABORT";

/** Why a verdict is what it is; the wire's own form. */
export type VerdictDetails =
  | { readonly type: "accept_details" }
  | { readonly type: "reject_details"; readonly reason: string }
  | { readonly type: "abort_details"; readonly reason: string }
  | { readonly type: "wait_details"; readonly delay_seconds: number; readonly reason: string };

/**
 * A lease to insert, one slot of each limit. It may be inserted only while each limit still has a free slot and is
 * active; otherwise the facts were stale, nothing of the verdict may be written, and the proposal is judged again.
 */
export interface LeaseTaken {
  readonly id: string;
  readonly limit_ids: readonly string[];
  readonly slots: number;
  readonly holder: { readonly type: "flow_run" | "task_run"; readonly id: string };
  /** How long it lives unless it is renewed or released. */
  readonly seconds: number;
}

/** A live lease that is to live `seconds` from now; if it no longer does, the facts were stale. */
export interface LeaseRenewed {
  readonly id: string;
  readonly seconds: number;
}

/** What happens to slots; to release a lease is to delete its row. */
export interface LeaseWrites {
  readonly taken: LeaseTaken | null;
  readonly renewed: LeaseRenewed | null;
  readonly released: readonly string[];
}

/** A row for `task_run_state_cache`, pointing to the state written with it. */
export interface CacheRow {
  readonly cache_key: string;
  readonly cache_expiration: Timestamp | null;
}

/** The artifact that keeps a state's result: its text, and what the result says of itself. */
export interface ResultArtifact {
  readonly key: string | null;
  readonly type: string | null;
  readonly description: string | null;
  readonly data: JsonText;
}

/** What is written for one run, all or nothing. */
export interface RunWrites<Columns> {
  readonly run_id: string;
  /** The compare-and-set guard: `state_id` as it was when the run was judged. */
  readonly replaces: string | null;
  /** Null when only columns change: a refused resumption still marks the run. */
  readonly state: State | null;
  /** What of `state.data` is kept; null when there is nothing to keep (no data, or `{"type": "unpersisted"}`). */
  readonly result: ResultArtifact | null;
  /** All columns a transition may set, with the values they have afterwards. */
  readonly run: Columns;
  readonly leases: LeaseWrites;
}

export interface TaskRunWrites extends RunWrites<TaskRunColumns> {
  readonly cache: CacheRow | null;
  /** Hand the run to the task workers that wait for its key; a `retry` is served before a `scheduled` one. */
  readonly enqueue: "scheduled" | "retry" | null;
}

export interface FlowRunWrites extends RunWrites<FlowRunColumns> {
  /** For the outbox; null exactly when `state` is. */
  readonly event: FlowRunEvent | null;
  /** States forced upon task runs: the subflow's parent, or failed task runs reset by an old client's retry. */
  readonly task_runs: readonly TaskRunWrites[];
}

/** The answer to a proposal and what has to be written for it to be true. */
export interface Verdict<Writes> {
  readonly status: VerdictStatus;
  readonly details: VerdictDetails;
  /** The state to answer with: the one written, else the current one. */
  readonly state: State | null;
  readonly writes: Writes | null;
}

export type FlowRunVerdict = Verdict<FlowRunWrites>;
export type TaskRunVerdict = Verdict<TaskRunWrites>;

/** Puts a refusal, or its absence, and what is to be written into one answer. */
export function verdictOf<Writes extends RunWrites<unknown>>(
  current: State | null,
  refusal: { readonly status: VerdictStatus; readonly details: VerdictDetails } | null,
  writes: Writes | null,
): Verdict<Writes> {
  const { status, details } = refusal ?? ACCEPTED;
  return { status, details, state: writes?.state ?? current, writes };
}

const ACCEPTED = { status: "ACCEPT", details: { type: "accept_details" } } as const;

/** 201 when the verdict made a state, be it not the proposed one; else 200. */
export function httpStatus(verdict: Verdict<RunWrites<unknown>>): 200 | 201 {
  return verdict.writes?.state ? 201 : 200;
}

/** The body that `set_state` answers with. */
export function answer(verdict: Verdict<unknown>): Pick<Verdict<unknown>, "state" | "status" | "details"> {
  return { state: verdict.state, status: verdict.status, details: verdict.details };
}
