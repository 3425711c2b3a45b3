import { afterState, beginsAttempt, policyAfterState, writtenState } from "./bookkeeping.ts";
import type { Circumstances } from "./circumstances.ts";
import { deliberate } from "./deliberate.ts";
import { flowRunEvent } from "./event.ts";
import type { FlowRunColumns, FlowRunFacts } from "./facts.ts";
import { forceTaskRun } from "./judge-task-run.ts";
import { liveLease } from "./lease.ts";
import { withResult } from "./result.ts";
import type { FlowRunEffects, FlowRunPolicyRules } from "./rule.ts";
import { type ProposedState, type State, type StateType, scheduled, withDetails } from "./state.ts";
import { type FlowRunVerdict, type FlowRunWrites, type LeaseWrites, type TaskRunWrites, verdictOf } from "./verdict.ts";

/** Judges a state proposed for a flow run. Reads no clock, asks no database: the same arguments give the same verdict. */
export function judgeFlowRun(
  policy: FlowRunPolicyRules,
  facts: FlowRunFacts,
  proposed: ProposedState,
  circumstances: Circumstances,
): FlowRunVerdict {
  const outcome = deliberate(policy, { facts, initial: facts.state, proposed, circumstances });
  const effects = outcome.effects ?? {};
  const writes = outcome.proposed ? stateWrites(facts, outcome.proposed, effects, circumstances) : columnWrites(facts, effects);
  return verdictOf(facts.state, outcome.refusal, writes);
}

function stateWrites(
  facts: FlowRunFacts,
  proposed: ProposedState,
  effects: FlowRunEffects,
  circumstances: Circumstances,
): FlowRunWrites {
  const leases = deploymentLeases(facts, proposed.type, effects);
  const { state, result } = withResult(writtenState(proposed, facts.state, ownership(facts, proposed, leases), circumstances));
  const run = columnsAfter(facts.run, facts.state, state, effects, circumstances.proposer.api_version);
  return {
    run_id: facts.id,
    replaces: facts.run.state_id,
    state,
    result,
    run,
    leases,
    event: flowRunEvent(facts, facts.state, state, run.run_count),
    task_runs: forcedTaskRuns(facts, state, effects, circumstances),
  };
}

/** A refusal that leaves no state but still changes what is known of the run; null when it changes nothing. */
function columnWrites(facts: FlowRunFacts, effects: FlowRunEffects): FlowRunWrites | null {
  if (!effects.policyAfterwards) return null;
  const empirical_policy = { ...facts.run.empirical_policy, ...effects.policyAfterwards };
  return {
    run_id: facts.id,
    replaces: facts.run.state_id,
    state: null,
    result: null,
    run: { ...facts.run, empirical_policy },
    leases: { taken: null, renewed: null, released: [] },
    event: null,
    task_runs: [],
  };
}

function columnsAfter(
  before: FlowRunColumns,
  initial: State | null,
  written: State,
  effects: FlowRunEffects,
  apiVersion: string | null,
): FlowRunColumns {
  const policy = { ...before.empirical_policy, ...effects.policy };
  return {
    ...afterState(before, initial, written),
    run_count: before.run_count + (beginsAttempt(written.type, policy, apiVersion) ? 1 : 0),
    empirical_policy: { ...policyAfterState(policy, written.type, apiVersion), ...effects.policyAfterwards },
  };
}

/** A deployment's slot is held from submission to the end of running; every other state gives it back. */
function deploymentLeases(facts: FlowRunFacts, to: StateType, effects: FlowRunEffects): LeaseWrites {
  const holding = to === "PENDING" || to === "RUNNING" || to === "CANCELLING";
  const released = facts.lease && (!holding || effects.take) ? [facts.lease.id] : [];
  return { taken: effects.take ?? null, renewed: effects.renew ?? null, released };
}

/** Whose state it is. While the run holds a slot its state names the lease: there it is found when the run lets it go. */
function ownership(facts: FlowRunFacts, proposed: ProposedState, leases: LeaseWrites) {
  const kept = leases.released.length === 0 ? liveLease(facts) : null;
  const lease = leases.taken ?? kept;
  return {
    flow_run_id: facts.id,
    task_run_id: facts.parent_task_run_id ?? proposed.state_details.task_run_id,
    ...(lease && { deployment_concurrency_lease_id: lease.id }),
  };
}

function forcedTaskRuns(
  facts: FlowRunFacts,
  state: State,
  effects: FlowRunEffects,
  circumstances: Circumstances,
): TaskRunWrites[] {
  const due = effects.failedTaskRunsDue;
  const reset = due
    ? facts.failed_task_runs.map((row) => forceTaskRun(row, scheduled("AwaitingRetry", due), circumstances, { run_count: 0 }))
    : [];
  if (facts.parent === null) return reset;
  const mirrored = withDetails(state, { child_flow_run_id: facts.id });
  return [...reset, forceTaskRun(facts.parent, mirrored, circumstances)];
}
