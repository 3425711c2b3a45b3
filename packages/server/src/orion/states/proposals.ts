import { secondsBetween, type Timestamp } from "@praetor/wire";
import { crashed, ended, type ProposedState, propose, type State, scheduled } from "./state.ts";
import type { FlowRunVerdict, Verdict } from "./verdict.ts";

/**
 * What resuming a flow run proposes: a run whose process waits runs on; a suspended one is scheduled anew. Null when
 * there is nothing to resume.
 */
export function resumption(current: State | null, now: Timestamp): ProposedState | null {
  if (current?.type !== "PAUSED") return null;
  return current.state_details.pause_reschedule ? scheduled("Resuming", now) : propose({ type: "RUNNING" }, now);
}

/** The answer to resuming a run that is not paused; it shows no state. */
export const NOT_PAUSED: FlowRunVerdict = {
  status: "ABORT",
  details: { type: "abort_details", reason: "Cannot resume a flow run that is not paused." },
  state: null,
  writes: null,
};

/** The answer to a resumption whose input does not fit: the run stays paused. The details are of the abort form, as clients know it. */
export function inputRefused(current: State, reason: string): FlowRunVerdict {
  return { status: "REJECT", details: { type: "abort_details", reason }, state: current, writes: null };
}

/** The failure to force upon a run that nobody resumed in time; null while it is not paused or may still be resumed. */
export function expiredPause(current: State | null, now: Timestamp): ProposedState | null {
  const deadline = current?.type === "PAUSED" ? current.state_details.pause_timeout : null;
  if (!deadline || secondsBetween(deadline, now) <= 0) return null;
  return ended("FAILED", "The flow was paused and never resumed.");
}

/** What the late-runs service proposes for a run that should have started; its scheduled time stays. */
export function lateness(next_scheduled_start_time: Timestamp): ProposedState {
  return scheduled("Late", next_scheduled_start_time);
}

/** The answer to a proposal that was made for another state than the run has by now. */
export function overtaken(current: State | null): Verdict<never> {
  const reason = "The run has changed since the proposal was made.";
  return { status: "REJECT", details: { type: "reject_details", reason }, state: current, writes: null };
}

const PARENT_CANCELLED = "The parent flow run was cancelled.";

/** What follows for a task or a subflow of a run that was cancelled. */
export const orphaned = (): ProposedState => ended("CANCELLED", PARENT_CANCELLED);

/** What follows for a subflow that has a process of its own, which must be told to end. */
export function orphanedWithProcess(now: Timestamp): ProposedState {
  return propose({ type: "CANCELLING", message: PARENT_CANCELLED }, now);
}

/** The end of a cancelling that nobody has reported in time. */
export const cancellingTimedOut = (): ProposedState =>
  ended("CANCELLED", "Flow run cancellation timed out; marked this flow run as Cancelled.");

/** What becomes of a run whose process gives no sign of life. */
export const vanished = (why: string): ProposedState => crashed(why);
