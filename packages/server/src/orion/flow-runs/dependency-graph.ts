import type { DependencyResult, JsonText, Timestamp } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { readGraphedRun } from "./graph-queries.ts";
import { idsOfInputs } from "./graph.ts";
import { type StateColumns, stateOf } from "../states/index.ts";
import { estimatedRunTime } from "./rows.ts";

interface TaskRow extends StateColumns {
  readonly id: string;
  readonly name: string;
  readonly task_inputs: JsonText;
  readonly expected_start_time: Timestamp | null;
  readonly start_time: Timestamp | null;
  readonly end_time: Timestamp | null;
  readonly total_run_time: number;
}

const MOST_TASK_RUNS = 10_000;

const readTaskRuns = workspaceStatement<[flowRunId: string], TaskRow>(
  "graph.read-dependencies",
  `select task.id, task.name, task.task_inputs, task.expected_start_time, task.start_time, task.end_time, task.total_run_time,
    task.state_id, task.state_type, task.state_name, task.state_timestamp, state.message, state.state_details, state.data
  from orion.task_run as task
  left join orion.task_run_state as state on state.workspace_id = task.workspace_id and state.id = task.state_id
  where task.workspace_id = $1 and task.flow_run_id = $2 limit ${MOST_TASK_RUNS}`,
);

/** The task runs of a run, each with the task runs that its inputs came from. @throws ApiError `flow_run_missing` */
export async function readDependencies(
  database: WorkspaceDatabase,
  flowRunId: string,
  now: Timestamp,
): Promise<DependencyResult[]> {
  const rows = await database.all(readTaskRuns, flowRunId);
  if (rows.length === 0 && (await database.first(readGraphedRun, flowRunId)) === undefined) {
    throw apiError("flow_run_missing", `Flow run with id ${flowRunId} not found`);
  }
  return rows.map((row) => {
    const state = stateOf(row);
    const { id, name, expected_start_time, start_time, end_time, total_run_time } = row;
    const upstream_dependencies = idsOfInputs(row.task_inputs).map((upstream) => ({
      input_type: "task_run" as const,
      id: upstream,
    }));
    const untrackable_result = state?.state_details.untrackable_result ?? false;
    const estimated_run_time = estimatedRunTime(row, now);
    return {
      id,
      name,
      upstream_dependencies,
      state,
      expected_start_time,
      start_time,
      end_time,
      total_run_time,
      estimated_run_time,
      untrackable_result,
    };
  });
}
