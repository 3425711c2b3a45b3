import { secondsBetween, type Timestamp } from "@praetor/wire";
import type { FlowRunFacts, RunColumns, TaskRunFacts } from "../facts.ts";
import type { State } from "../state.ts";
import { FLOW_RUN } from "../testing.ts";
import { type FlowRunVerdict, httpStatus, type RunWrites, type TaskRunVerdict, type Verdict } from "../verdict.ts";

/* Puts verdicts into the words in which the original's answers are recorded. */

interface Judged {
  readonly state: State | null;
  readonly run: RunColumns;
}

/** A verdict on a flow run, in the words of the record. */
export function flowVerdictTold(facts: FlowRunFacts, verdict: FlowRunVerdict): string {
  const writes = verdict.writes;
  const { resuming, pause_keys, retry_type } = writes?.run.empirical_policy ?? facts.run.empirical_policy;
  const keys = (pause_keys ?? []).map((key) => (key.length < 9 && !key.startsWith("random") ? key : "random")).sort();
  const parent = writes?.task_runs[0]?.state ?? facts.parent?.state;
  const words = [...told(facts, verdict), `policy ${JSON.stringify([resuming, keys, retry_type])}`];
  if (facts.deployment?.limit) words.push(slotsTold(writes, facts.lease?.live ? 1 : 0));
  if (parent)
    words.push(`parent ${parent.type} ${parent.name}${parent.state_details.child_flow_run_id === FLOW_RUN ? " of child" : ""}`);
  if (writes?.event) words.push(writes.event.event);
  return words.join(" | ");
}

/** A verdict on a task run, in the words of the record; limits of tags that are not active count as well. */
export function taskVerdictTold(facts: TaskRunFacts, verdict: TaskRunVerdict, limits: number): string {
  const writes = verdict.writes;
  const words = [...told(facts, verdict), `attempt=${writes?.run.flow_run_run_count ?? facts.run.flow_run_run_count}`];
  if (writes?.cache) words.push("cached");
  if (limits > 0) words.push(slotsTold(writes, limits));
  if (writes?.enqueue) words.push(`enqueued ${writes.enqueue}`);
  return words.join(" | ").replaceAll(FLOW_RUN, "FLOW_RUN");
}

function slotsTold(writes: RunWrites<RunColumns> | null, held: number): string {
  const taken = writes?.leases.taken?.limit_ids.length ?? 0;
  const released = writes?.leases.released.length ? held : 0;
  return `slots${signed(taken - released)}`;
}

function told({ state: initial, run: before }: Judged, verdict: Verdict<RunWrites<RunColumns>>): string[] {
  const { details, state } = verdict;
  const after = verdict.writes?.run ?? before;
  const words = [String(httpStatus(verdict)), verdict.status];
  if ("reason" in details) words.push(details.reason);
  if ("delay_seconds" in details && !details.reason.includes("tags"))
    words.push(`wait ${Math.round(details.delay_seconds / 10) * 10}`);
  words.push(...(state && verdict.writes?.state ? stateTold(state, initial) : ["same state"]));
  if (after.run_count !== before.run_count) words.push(`run_count${signed(after.run_count - before.run_count)}`);
  words.push(...timesTold(before, after, state));
  if (after.total_run_time > before.total_run_time) words.push("ran");
  return words;
}

function stateTold(state: State, initial: State | null): string[] {
  const said = state.state_details;
  const lease = said.deployment_concurrency_lease_id;
  const facts = {
    message: state.message,
    data: state.data?.text,
    due: secondsTold(state.timestamp, said.scheduled_time),
    timeout: secondsTold(state.timestamp, said.pause_timeout),
    reschedule: said.pause_reschedule ? "true" : null,
    lease: lease && (lease === initial?.state_details.deployment_concurrency_lease_id ? "kept" : "new"),
    key: said.cache_key?.slice(0, 9),
  };
  const words = Object.entries(facts).filter(([, fact]) => fact !== null && fact !== undefined);
  return [`${state.type} ${state.name}`, ...words.map(([name, fact]) => `${name}=${fact}`)];
}

/** Whole seconds; tens beyond a minute. */
function secondsTold(origin: Timestamp, time: Timestamp | null): number | null {
  if (time === null) return null;
  const seconds = secondsBetween(origin, time);
  return Math.abs(seconds) < 60 ? Math.round(seconds) : Math.round(seconds / 10) * 10;
}

function timesTold(before: RunColumns, after: RunColumns, state: State | null): string[] {
  const times = {
    start: moved(before.start_time, after.start_time, state),
    end: moved(before.end_time, after.end_time, state),
    expected: moved(before.expected_start_time, after.expected_start_time, state),
    next: moved(before.next_scheduled_start_time, after.next_scheduled_start_time, state),
  };
  return Object.entries(times).flatMap(([name, time]) => (time === "none" ? [] : [`${name}=${time}`]));
}

function moved(before: Timestamp | null, after: Timestamp | null, state: State | null): string {
  if (after === null) return "none";
  if (after === state?.state_details.scheduled_time) return "due";
  if (after === state?.timestamp) return "now";
  return after === before ? "kept" : "other";
}

function signed(count: number): string {
  return count < 0 ? String(count) : `+${count}`;
}
