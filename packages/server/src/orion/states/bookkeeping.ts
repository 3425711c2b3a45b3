import { addSeconds, type FlowRunPolicy, microseconds, secondsBetween, type StateDetails, type Timestamp } from "@praetor/wire";
import type { Circumstances } from "./circumstances.ts";
import type { RunColumns } from "./facts.ts";
import { isTerminal, type ProposedState, type State } from "./state.ts";
import { knowsPauses } from "./version.ts";

/**
 * The state as it is written: with an identity, and an instant later than that of the state before, so that the states
 * of a run are ordered by time whatever the clocks say.
 */
export function writtenState(
  proposed: ProposedState,
  initial: State | null,
  details: Readonly<Partial<StateDetails>>,
  { ids, now }: Circumstances,
): State {
  const state_details = { ...proposed.state_details, ...details };
  return { ...proposed, state_details, id: ids.timeOrdered(), timestamp: later(now, initial?.timestamp ?? null) };
}

function later(now: Timestamp, before: Timestamp | null): Timestamp {
  return before !== null && microseconds(before) >= microseconds(now) ? addSeconds(before, 1e-6) : now;
}

/** The columns of a run after `written` has followed `initial`; `run_count` is left to `countsAttempt`. */
export function afterState<Columns extends RunColumns>(run: Columns, initial: State | null, written: State): Columns {
  const { timestamp, type } = written;
  const due = type === "SCHEDULED" ? written.state_details.scheduled_time : null;
  const reopened = isTerminal(initial?.type ?? null) && !isTerminal(type);
  const endedNow = isTerminal(type) && run.end_time === null;
  return {
    ...run,
    state_id: written.id,
    state_type: type,
    state_name: written.name,
    state_timestamp: timestamp,
    expected_start_time: run.expected_start_time ?? due ?? timestamp,
    next_scheduled_start_time: due ?? (initial?.type === "SCHEDULED" ? null : run.next_scheduled_start_time),
    // A run that ends without having run started when it ended.
    start_time: run.start_time ?? (type === "RUNNING" || endedNow ? timestamp : null),
    end_time: endedNow ? timestamp : reopened ? null : run.end_time,
    total_run_time: run.total_run_time + (initial?.type === "RUNNING" ? secondsBetween(initial.timestamp, timestamp) : 0),
  };
}

/** Whether a flow run's entering a state begins a new attempt: running does, unless it continues a paused one. */
export function beginsAttempt(type: State["type"], policy: FlowRunPolicy, apiVersion: string | null): boolean {
  return type === "RUNNING" && !(policy.resuming && knowsPauses(apiVersion));
}

/** The policy once the run is in a state: what was to be resumed is resumed, or never will be. */
export function policyAfterState(policy: FlowRunPolicy, type: State["type"], apiVersion: string | null): FlowRunPolicy {
  const resumed = type === "RUNNING" || isTerminal(type);
  return resumed && policy.resuming && knowsPauses(apiVersion) ? { ...policy, resuming: false } : policy;
}
