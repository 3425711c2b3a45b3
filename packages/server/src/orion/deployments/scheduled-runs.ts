import type { FlowRunResponse, Timestamp } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { FLOW_RUN_COLUMNS, FLOW_RUN_JOINS, type FlowRunRow, presentFlowRun } from "../flow-runs/index.ts";
import { markDeploymentsServed } from "../readiness/index.ts";

/** The runs of each deployment are cut before they are joined: a poll costs what it answers, however many runs are scheduled. */
const readScheduledRuns = workspaceStatement<
  [deploymentIds: readonly string[], before: Timestamp | null, limit: number],
  FlowRunRow
>(
  "deployment.read-scheduled-runs",
  `with run as (
    select due.* from unnest($2::uuid[]) as asked(id)
    cross join lateral (
      select run.* from orion.flow_run as run
      where run.workspace_id = $1 and run.deployment_id = asked.id and run.state_type = 'SCHEDULED'
        and run.next_scheduled_start_time <= coalesce($3::timestamptz, 'infinity')
      order by run.next_scheduled_start_time limit $4
    ) as due
    where exists (select from orion.deployment where workspace_id = $1 and deployment.id = asked.id)
    order by due.next_scheduled_start_time limit $4
  )
  select ${FLOW_RUN_COLUMNS} from run ${FLOW_RUN_JOINS} order by run.next_scheduled_start_time`,
);

interface Asked {
  readonly deployment_ids: readonly string[];
  readonly scheduled_before: Timestamp | null;
  readonly limit: number;
}

/** The runs that whoever serves the deployments is to begin, the earliest first; the deployments are served, since it asks. */
export async function offerRuns(deps: Dependencies, database: WorkspaceDatabase, asked: Asked): Promise<FlowRunResponse[]> {
  const ids = [...new Set(asked.deployment_ids)];
  const [rows] = await Promise.all([
    database.all(readScheduledRuns, ids, asked.scheduled_before, asked.limit),
    markDeploymentsServed(deps, database, ids),
  ]);
  const now = deps.clock.now();
  return rows.map((row) => presentFlowRun(row, now));
}
