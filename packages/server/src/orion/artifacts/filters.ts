import type {
  ArtifactCollectionFilter,
  ArtifactFilter,
  ArtifactKeyFilter,
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  TaskRunFilter,
} from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { combine, type Condition, every, matchesMembership, matchesName } from "../../platform/filter/index.ts";
import { deploymentMatches, flowMatches, flowRunMatches, taskRunMatches } from "../run-filters/index.ts";

/** The filters on the runs that made an artifact. One without criteria still asks that there be such a run. */
export interface MakerFilters {
  readonly flows: FlowFilter | null;
  readonly flow_runs: FlowRunFilter | null;
  readonly task_runs: TaskRunFilter | null;
  readonly deployments: DeploymentFilter | null;
}

/** Whether the row `artifact` passes. */
export function artifactMatches(filter: ArtifactFilter | null): Fragment {
  if (filter === null) return sql`true`;
  return combine(filter.operator, [matchesMembership(sql`artifact.id`, "uuid", filter.id), ...contentConditions(filter)]);
}

/** Whether the row `collection`, with `artifact` as its latest, passes. */
export function collectionMatches(filter: ArtifactCollectionFilter | null): Fragment {
  if (filter === null) return sql`true`;
  return combine(filter.operator, [matchesMembership(sql`artifact.id`, "uuid", filter.latest_id), ...contentConditions(filter)]);
}

function contentConditions(filter: Omit<ArtifactCollectionFilter, "latest_id" | "operator">): Condition[] {
  return [
    keyMatches(filter.key),
    matchesMembership(sql`artifact.flow_run_id`, "uuid", filter.flow_run_id),
    matchesMembership(sql`artifact.task_run_id`, "uuid", filter.task_run_id),
    matchesMembership(sql`artifact.type`, "text", filter.type),
  ];
}

function keyMatches(filter: ArtifactKeyFilter | null): Condition {
  if (filter === null) return undefined;
  const exists = filter.exists_ ? sql`artifact.key is not null` : sql`artifact.key is null`;
  return combine("and_", [matchesName(sql`artifact.key`, filter), filter.exists_ === null ? undefined : exists]);
}

/** Whether the runs that made the row `artifact` pass. */
export function makersMatch({ flows, flow_runs, task_runs, deployments }: MakerFilters): Fragment {
  return every([
    flows || flow_runs || deployments
      ? sql`exists (select from orion.flow_run as run
          where run.workspace_id = artifact.workspace_id and run.id = artifact.flow_run_id and ${every([
            flow_runs ? flowRunMatches(flow_runs) : undefined,
            flows ? throughFlow(flows) : undefined,
            deployments ? throughDeployment(deployments) : undefined,
          ])})`
      : undefined,
    task_runs
      ? sql`exists (select from orion.task_run as task
          where task.workspace_id = artifact.workspace_id and task.id = artifact.task_run_id and ${taskRunMatches(task_runs)})`
      : undefined,
  ]);
}

const throughFlow = (filter: FlowFilter) => sql`exists (select from orion.flow as flow
  where flow.workspace_id = run.workspace_id and flow.id = run.flow_id and ${flowMatches(filter)})`;

const throughDeployment = (filter: DeploymentFilter) => sql`exists (select from orion.deployment as deployment
  where deployment.workspace_id = run.workspace_id and deployment.id = run.deployment_id and ${deploymentMatches(filter)})`;
