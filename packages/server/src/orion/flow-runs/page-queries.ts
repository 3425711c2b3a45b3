import { type SimpleFlowRun, type Timestamp } from "@praetor/wire";
import { sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { findNames, flowRunsMatching } from "../run-filters/index.ts";
import { FLOW_RUN_ORDER, type FlowRunList } from "./queries.ts";
import { estimatedRunTime, estimatedStartTimeDelta, type Progress } from "./rows.ts";

interface RunTimes extends Progress {
  readonly id: string;
  readonly state_type: SimpleFlowRun["state_type"];
  readonly sort_start_time: Timestamp;
}

/** When the runs began or were to begin, how long they took and how late they were. */
export async function listRunTimes(
  database: WorkspaceExecutor,
  { filters, sort, limit, offset }: FlowRunList,
  now: Timestamp,
): Promise<SimpleFlowRun[]> {
  const found = await findNames(database, filters);
  const rows = await database.compose<RunTimes>(
    (workspace) => sql`
      select run.id, run.state_type, run.state_timestamp, run.start_time, run.expected_start_time, run.total_run_time,
        run.sort_start_time
      from orion.flow_run as run
      where run.workspace_id = ${workspace} and run.state_type is not null and ${flowRunsMatching(found)}
      order by ${FLOW_RUN_ORDER[sort]} limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
  return rows.map((row) => ({
    id: row.id,
    state_type: row.state_type,
    timestamp: row.sort_start_time,
    duration: estimatedRunTime(row, now),
    lateness: estimatedStartTimeDelta(row, now),
  }));
}

/** Flow runs without a task run have no row; a task run that stands for a subflow does not count. */
export const countTaskRunsOf = workspaceStatement<[flowRunIds: readonly string[]], { id: string; count: number }>(
  "flow-run.count-task-runs",
  `select task.flow_run_id as id, count(*) as count from orion.task_run as task
  where task.workspace_id = $1 and task.flow_run_id = any($2::uuid[]) and not exists (
    select from orion.flow_run as child where child.workspace_id = $1 and child.parent_task_run_id = task.id)
  group by task.flow_run_id`,
  { access: "replica" },
);
