import type { DeploymentFilter, WorkPoolFilter, WorkQueueFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { combine, type Condition, inList, matchesMembership, matchesName, matchesTags } from "../../platform/filter/index.ts";

/** The filters that reach a run through its deployment, its queue and its pool. */
export interface DeploymentScope {
  readonly deployments?: DeploymentFilter | null;
  readonly work_pools?: WorkPoolFilter | null;
  readonly work_pool_queues?: WorkQueueFilter | null;
}

/** Whether the row `deployment` passes. */
export function deploymentMatches(filter: DeploymentFilter): Fragment {
  const paused = filter.paused?.eq_;
  return combine(filter.operator, [
    matchesMembership(sql`deployment.id`, "uuid", filter.id),
    matchesName(sql`deployment.name`, filter.name),
    eitherNameLike(filter.flow_or_deployment_name?.like_),
    paused === null || paused === undefined ? undefined : sql`deployment.paused = ${paused}`,
    matchesTags(sql`deployment.tags`, filter.tags),
    inList(sql`deployment.work_queue_name`, "text", filter.work_queue_name?.any_),
  ]);
}

function eitherNameLike(like: string | null | undefined): Condition {
  if (!like) return undefined;
  const pattern = `%${like}%`;
  return sql`(deployment.name ilike ${pattern} or exists (
    select from orion.flow as named
    where named.workspace_id = deployment.workspace_id and named.id = deployment.flow_id and named.name ilike ${pattern}))`;
}

/** Whether the row `pool` passes. */
export function workPoolMatches(filter: WorkPoolFilter): Fragment {
  return combine(filter.operator, [
    inList(sql`pool.id`, "uuid", filter.id?.any_),
    inList(sql`pool.name`, "text", filter.name?.any_),
    inList(sql`pool.type`, "text", filter.type?.any_),
  ]);
}

/** Whether the row `queue` passes; the prefixes are alternatives. */
export function workQueueMatches(filter: WorkQueueFilter): Fragment {
  const prefixes = filter.name?.startswith_;
  const name =
    filter.name &&
    combine("and_", [
      inList(sql`queue.name`, "text", filter.name.any_),
      prefixes ? sql`queue.name ilike any(${prefixes.map((prefix) => `${prefix}%`)}::text[])` : undefined,
    ]);
  return combine(filter.operator, [inList(sql`queue.id`, "uuid", filter.id?.any_), name ?? undefined]);
}
