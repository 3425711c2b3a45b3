import type { WorkQueue } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { type FilteredQueue, presentFiltered } from "../work-queues/index.ts";
import { readDeployment } from "./queries.ts";

/** Of a filter no tags, and no deployments, mean any. */
const readMatchingQueues = workspaceStatement<[deploymentId: string, tags: readonly string[]], FilteredQueue>(
  "deployment.read-matching-queues",
  `select id, created, updated, name, description, is_paused, concurrency_limit, priority, work_pool_id, filter, last_polled
  from orion.work_queue
  where workspace_id = $1 and filter is not null
    and to_jsonb($3::text[]) @> coalesce(nullif(filter::jsonb -> 'tags', 'null'), '[]')
    and (coalesce(nullif(filter::jsonb -> 'deployment_ids', 'null'), '[]') in ('[]')
      or filter::jsonb -> 'deployment_ids' @> to_jsonb($2::uuid::text))
  order by name limit 200`,
);

/** The queues whose filters choose the runs of a deployment. @throws ApiError `deployment_not_found` */
export async function queuesFor(database: WorkspaceDatabase, deploymentId: string): Promise<WorkQueue[]> {
  const deployment = await database.first(readDeployment, deploymentId);
  if (deployment === undefined) throw apiError("deployment_not_found");
  return (await database.all(readMatchingQueues, deploymentId, deployment.tags)).map(presentFiltered);
}
