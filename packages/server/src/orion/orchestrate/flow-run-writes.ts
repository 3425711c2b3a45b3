import type { Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import type { FlowRunFacts, FlowRunWrites } from "../states/index.ts";
import { collected, inOrder, releasedOf, RUN_ROWS, runRow, STATE_ROWS } from "./rows.ts";
import { forcedTaskRuns, TASK_RUN_ROWS, taskRunRow } from "./task-run-writes.ts";

/** The writes of a flow run, flat, as `json_to_recordset` reads them. */
export const FLOW_RUN_ROWS = `${RUN_ROWS}, ${STATE_ROWS}, empirical_policy jsonb, pause_timeout timestamptz, event text`;

/**
 * What follows from the rows of the CTE `written`: states, results, events, the task runs forced along, slots given
 * back. `$1` is the workspace, `$3` the task runs (`owner` is the flow run), `$4` the instant.
 */
export const CONSEQUENCES = `states as (
    insert into orion.flow_run_state
      (workspace_id, id, created, updated, flow_run_id, type, name, timestamp, message, state_details, data, result_artifact_id)
    select $1, state_id, $4, $4, run_id, state_type, state_name, state_timestamp, message, state_details, data::json, artifact_id
    from written where state_id is not null
  ), artifacts as (
    insert into orion.artifact (workspace_id, id, created, updated, key, type, description, data, flow_run_id)
    select $1, artifact_id, $4, $4, artifact_key, artifact_type, artifact_description, data::json, run_id
    from written where artifact_id is not null
  ), collections as (${collected("written")}), announced as (
    insert into orion.outbox (workspace_id, id, event)
    select $1, state_id, event::json from written where event is not null
  ), forced as (
    select row.* from json_to_recordset($3::json) as row(owner uuid, ${TASK_RUN_ROWS})
    join written on written.run_id = row.owner
  ), ${forcedTaskRuns("forced")}
  select run_id as id, ${releasedOf("written", "written_tasks")} as freed from written`;

/**
 * Writes every run of a batch whose current state is still the one it was judged by, and all that its verdict implies:
 * the state, the result, the slots given back, the event, the task runs forced along. Answers the runs that it wrote;
 * a run that another proposal moved meanwhile is left alone and not among them.
 *
 * `$2` holds the flow runs, `$3` the task runs that go with them (`owner` is the flow run), `$4` the instant.
 */
export const writeFlowRuns = workspaceStatement<[runs: string, taskRuns: string, now: Timestamp], { id: string }>(
  "orchestrate.write-flow-runs",
  `with proposed as materialized (
    select * from json_to_recordset($2::json) as row(${FLOW_RUN_ROWS})
  ), written as (
    update orion.flow_run as run set
      updated = $4,
      state_id = coalesce(proposed.state_id, run.state_id),
      state_type = coalesce(proposed.state_type, run.state_type),
      state_name = coalesce(proposed.state_name, run.state_name),
      state_timestamp = coalesce(proposed.state_timestamp, run.state_timestamp),
      run_count = proposed.run_count,
      expected_start_time = proposed.expected_start_time,
      next_scheduled_start_time = proposed.next_scheduled_start_time,
      start_time = proposed.start_time,
      end_time = proposed.end_time,
      pause_timeout = case when proposed.state_id is null then run.pause_timeout else proposed.pause_timeout end,
      total_run_time = proposed.total_run_time,
      empirical_policy = coalesce(proposed.empirical_policy, run.empirical_policy)
    from proposed
    where run.workspace_id = $1 and run.id = any(array(select run_id from proposed)) and run.id = proposed.run_id
      and run.state_id is not distinct from proposed.replaces
    returning proposed.*
  ), ${CONSEQUENCES}`,
);

/** The writes of one run, with the facts that they were judged by. */
export interface JudgedFlowRun {
  readonly facts: FlowRunFacts;
  readonly writes: FlowRunWrites;
}

export function flowRunRow({ facts, writes }: JudgedFlowRun, artifactId: () => string) {
  const policy = writes.run.empirical_policy;
  return {
    ...runRow(writes, artifactId),
    // An unchanged policy is not written, so that one that its owner changes meanwhile is not undone.
    empirical_policy: JSON.stringify(policy) === JSON.stringify(facts.run.empirical_policy) ? null : policy,
    pause_timeout: writes.state?.type === "PAUSED" ? writes.state.state_details.pause_timeout : null,
    event: writes.event === null ? null : JSON.stringify(writes.event),
  };
}

/** The parameters of `writeFlowRuns` for a batch. */
export function flowRunParameters(batch: readonly JudgedFlowRun[], artifactId: () => string): [runs: string, taskRuns: string] {
  const taskRuns = batch.flatMap(({ writes }) =>
    writes.task_runs.map((task) => ({ owner: writes.run_id, ...taskRunRow(task, artifactId) })),
  );
  const runs = batch.map((judged) => flowRunRow(judged, artifactId));
  return [inOrder(runs), inOrder(taskRuns)];
}
