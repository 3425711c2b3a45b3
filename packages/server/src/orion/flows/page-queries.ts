import type { SimpleNextFlowRun } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

/** Flows without a deployment have no row. */
export const countDeployments = workspaceStatement<[flowIds: readonly string[]], { id: string; count: number }>(
  "flow.count-deployments",
  `select flow_id as id, count(*) as count from orion.deployment
  where workspace_id = $1 and flow_id = any($2::uuid[]) group by flow_id`,
  { access: "replica" },
);

/** Of each flow the scheduled run that is due first; flows without one have no row. */
export const readNextRuns = workspaceStatement<[flowIds: readonly string[]], SimpleNextFlowRun>(
  "flow.next-runs",
  `select next.* from (select distinct unnest($2::uuid[]) as flow_id) as asked cross join lateral (
    select id, flow_id, name, state_name, state_type, next_scheduled_start_time from orion.flow_run
    where workspace_id = $1 and flow_id = asked.flow_id and state_type = 'SCHEDULED' and next_scheduled_start_time is not null
    order by next_scheduled_start_time limit 1
  ) as next`,
  { access: "replica" },
);
