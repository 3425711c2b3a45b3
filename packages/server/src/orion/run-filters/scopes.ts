import type { FlowFilter, FlowRunFilter, TaskRunFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { type Condition, every } from "../../platform/filter/index.ts";
import { type DeploymentScope, deploymentMatches, workPoolMatches, workQueueMatches } from "./deployments.ts";
import { flowRunMatches } from "./flow-runs.ts";
import { flowMatches } from "./flows.ts";
import { taskRunMatches } from "./task-runs.ts";

/**
 * The filters that a list of runs or flows takes; each reaches its rows through the runs. One without criteria still asks
 * that there be such a row.
 */
export interface RunFilters extends DeploymentScope {
  readonly flows?: FlowFilter | null;
  readonly flow_runs?: FlowRunFilter | null;
  readonly task_runs?: TaskRunFilter | null;
}

/** Conditions on the deployment, queue and pool of the row `run`. A deleted deployment matches no filter. */
function throughDeployment({ deployments, work_pools, work_pool_queues }: DeploymentScope): Condition[] {
  return [
    deployments
      ? sql`exists (select from orion.deployment as deployment
          where deployment.workspace_id = run.workspace_id and deployment.id = run.deployment_id and ${deploymentMatches(deployments)})`
      : undefined,
    work_pools
      ? sql`exists (select from orion.work_queue as queue join orion.work_pool as pool
            on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
          where queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id and ${workPoolMatches(work_pools)})`
      : undefined,
    work_pool_queues
      ? sql`exists (select from orion.work_queue as queue
          where queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id and ${workQueueMatches(work_pool_queues)})`
      : undefined,
  ];
}

/** Whether there is no filter, so that every flow run passes. */
export function matchAllFlowRuns(filters: RunFilters): boolean {
  const { flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues } = filters;
  return ![flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues].some((filter) => filter);
}

/** Whether nothing but the time of their expected start tells which flow runs pass. */
export function matchByExpectedStart({ flow_runs, ...others }: RunFilters): boolean {
  const { operator: _, expected_start_time: __, ...criteria } = flow_runs ?? {};
  return matchAllFlowRuns(others) && !Object.values(criteria).some((criterion) => criterion);
}

/** Whether the row `run` of flow runs passes all filters. Flows and task runs are asked for in one existence test each. */
export function flowRunsMatching(filters: RunFilters): Fragment {
  const { flows, flow_runs, task_runs } = filters;
  return every([
    flow_runs ? flowRunMatches(flow_runs) : undefined,
    flows
      ? sql`exists (select from orion.flow as flow
          where flow.workspace_id = run.workspace_id and flow.id = run.flow_id and ${flowMatches(flows)})`
      : undefined,
    task_runs
      ? sql`exists (select from orion.task_run as task
          where task.workspace_id = run.workspace_id and task.flow_run_id = run.id and ${taskRunMatches(task_runs)})`
      : undefined,
    ...throughDeployment(filters),
  ]);
}

/** Whether the row `task` of task runs passes all filters; those on flow runs, flows and deployments share one test. */
export function taskRunsMatching(filters: RunFilters): Fragment {
  const { flows, flow_runs, task_runs } = filters;
  const outer = { ...filters, task_runs: null, flow_runs: flow_runs ?? null, flows: flows ?? null };
  const reaches = [flows, flow_runs, filters.deployments, filters.work_pools, filters.work_pool_queues].some((filter) => filter);
  return every([
    task_runs ? taskRunMatches(task_runs) : undefined,
    reaches
      ? sql`exists (select from orion.flow_run as run
          where run.workspace_id = task.workspace_id and run.id = task.flow_run_id and ${flowRunsMatching(outer)})`
      : undefined,
  ]);
}

/** Whether the row `flow` passes all filters. */
export function flowsMatching(filters: RunFilters): Fragment {
  const { flows, flow_runs, task_runs, deployments, work_pools } = filters;
  const through = [flow_runs, task_runs].some((filter) => filter);
  const pooled = work_pools
    ? sql`exists (select from orion.work_queue as queue join orion.work_pool as pool
          on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
        where queue.workspace_id = deployment.workspace_id and queue.id = deployment.work_queue_id and ${workPoolMatches(work_pools)})`
    : undefined;
  return every([
    flows ? flowMatches(flows) : undefined,
    through
      ? sql`exists (select from orion.flow_run as run
          where run.workspace_id = flow.workspace_id and run.flow_id = flow.id
            and ${flowRunsMatching({ flow_runs: flow_runs ?? null, task_runs: task_runs ?? null })})`
      : undefined,
    deployments || pooled
      ? sql`exists (select from orion.deployment as deployment
          where deployment.workspace_id = flow.workspace_id and deployment.flow_id = flow.id
            and ${every([deployments ? deploymentMatches(deployments) : undefined, pooled])})`
      : undefined,
  ]);
}

/** Whether the row `deployment` passes all filters; runs and task runs share one test, and so do queues and pools. */
export function deploymentsMatching(filters: RunFilters): Fragment {
  const { flows, flow_runs, task_runs, deployments, work_pools, work_pool_queues } = filters;
  return every([
    deployments ? deploymentMatches(deployments) : undefined,
    flows
      ? sql`exists (select from orion.flow as flow
          where flow.workspace_id = deployment.workspace_id and flow.id = deployment.flow_id and ${flowMatches(flows)})`
      : undefined,
    (flow_runs ?? task_runs)
      ? sql`exists (select from orion.flow_run as run
          where run.workspace_id = deployment.workspace_id and run.deployment_id = deployment.id
            and ${flowRunsMatching({ flow_runs: flow_runs ?? null, task_runs: task_runs ?? null })})`
      : undefined,
    (work_pools ?? work_pool_queues)
      ? sql`exists (select from orion.work_queue as queue join orion.work_pool as pool
          on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
        where queue.workspace_id = deployment.workspace_id and queue.id = deployment.work_queue_id
          and ${every([
            work_pools ? workPoolMatches(work_pools) : undefined,
            work_pool_queues ? workQueueMatches(work_pool_queues) : undefined,
          ])})`
      : undefined,
  ]);
}
