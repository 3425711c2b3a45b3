import { afterState, writtenState } from "./bookkeeping.ts";
import type { Circumstances } from "./circumstances.ts";
import { deliberate } from "./deliberate.ts";
import type { TaskRunColumns, TaskRunFacts, TaskRunRow } from "./facts.ts";
import { withResult } from "./result.ts";
import type { TaskRunEffects, TaskRunPolicyRules } from "./rule.ts";
import type { ProposedState, State } from "./state.ts";
import { type LeaseWrites, type TaskRunVerdict, type TaskRunWrites, verdictOf } from "./verdict.ts";

/** Judges a state proposed for a task run. Reads no clock, asks no database: the same arguments give the same verdict. */
export function judgeTaskRun(
  policy: TaskRunPolicyRules,
  facts: TaskRunFacts,
  proposed: ProposedState,
  circumstances: Circumstances,
): TaskRunVerdict {
  const outcome = deliberate(policy, { facts, initial: facts.state, proposed, circumstances });
  const writes = outcome.proposed && taskRunWrites(facts, outcome.proposed, outcome.effects ?? {}, circumstances);
  return verdictOf(facts.state, outcome.refusal, writes);
}

/** Forces a state upon a task run, asking no rule: a mirrored subflow, a reset for a flow's retry. */
export function forceTaskRun(
  row: TaskRunRow,
  proposed: ProposedState,
  circumstances: Circumstances,
  columns: Partial<TaskRunColumns> = {},
): TaskRunWrites {
  const writes = taskRunWrites(row, proposed, {}, circumstances);
  return { ...writes, run: { ...writes.run, ...columns } };
}

function taskRunWrites(
  row: TaskRunRow,
  proposed: ProposedState,
  effects: TaskRunEffects,
  circumstances: Circumstances,
): TaskRunWrites {
  const ownership = { flow_run_id: row.flow_run_id, task_run_id: row.id };
  const { state, result } = withResult(writtenState(proposed, row.state, ownership, circumstances));
  const { run_count = row.run.run_count, flow_run_run_count = row.run.flow_run_run_count } = effects;
  const run = afterState({ ...row.run, run_count, flow_run_run_count }, row.state, state);
  return {
    run_id: row.id,
    replaces: row.run.state_id,
    state,
    result,
    run: state.type === "RUNNING" ? { ...run, run_count: run.run_count + 1 } : run,
    leases: tagLeases(row, state, effects),
    cache: effects.cache ?? null,
    enqueue: effects.enqueue ?? null,
  };
}

/** Slots of tags are held while the task runs or is being cancelled, and in no other state. */
function tagLeases(row: TaskRunRow, state: State, effects: TaskRunEffects): LeaseWrites {
  const holding = state.type === "RUNNING" || state.type === "CANCELLING";
  return { taken: effects.take ?? null, renewed: null, released: holding ? [] : row.tag_lease_ids };
}
