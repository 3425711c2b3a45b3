import type { DeploymentFilter, WorkPoolFilter, WorkQueueFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import {
  combine,
  type Condition,
  given,
  inList,
  matchesMembership,
  matchesName,
  matchesTags,
} from "../../platform/filter/index.ts";

/** The filters that reach a run through its deployment, its queue and its pool. */
export interface DeploymentScope {
  readonly deployments?: DeploymentFilter | null;
  readonly work_pools?: WorkPoolFilter | null;
  readonly work_pool_queues?: WorkQueueFilter | null;
}

/** Whether the row `deployment` passes. */
export function deploymentMatches(filter: DeploymentFilter): Fragment {
  const paused = filter.paused?.eq_ ?? null;
  return combine(filter.operator, [
    matchesMembership(sql`deployment.id`, "uuid", filter.id),
    matchesName(sql`deployment.name`, filter.name),
    given(filter.flow_or_deployment_name, eitherNameLike(filter.flow_or_deployment_name?.like_)),
    given(filter.paused, paused === null ? undefined : sql`deployment.paused = ${paused}`),
    matchesTags(sql`deployment.tags`, filter.tags),
    matchesMembership(sql`deployment.work_queue_name`, "text", filter.work_queue_name),
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
    matchesMembership(sql`pool.id`, "uuid", filter.id),
    matchesMembership(sql`pool.name`, "text", filter.name),
    matchesMembership(sql`pool.type`, "text", filter.type),
  ]);
}

/** Whether the row `queue` passes. */
export function workQueueMatches(filter: WorkQueueFilter): Fragment {
  return combine(filter.operator, [matchesMembership(sql`queue.id`, "uuid", filter.id), queueNameMatches(filter.name)]);
}

/** The prefixes are alternatives; an empty list of them, alone, is as if no name were asked for. */
function queueNameMatches(filter: WorkQueueFilter["name"]): Condition {
  if (!filter) return undefined;
  const prefixes = filter.startswith_;
  if (filter.any_ === null && prefixes?.length === 0) return undefined;
  const patterns = prefixes?.map((prefix) => `${prefix}%`);
  return combine("and_", [
    inList(sql`queue.name`, "text", filter.any_),
    patterns?.length ? sql`queue.name ilike any(${patterns}::text[])` : undefined,
  ]);
}
