import {
  type AnyOf,
  anyOf,
  criteria,
  ids,
  membership,
  type Membership,
  nameLike,
  type NameLike,
  Operator,
  optional,
  tagOverlap,
  type TagOverlap,
} from "./filters.ts";
import { boolean, integer, list, string, uuid } from "./kit/index.ts";

export interface DeploymentFilter {
  operator: Operator;
  id: Membership | null;
  name: NameLike | null;
  flow_or_deployment_name: { like_: string | null } | null;
  paused: { eq_: boolean | null } | null;
  tags: TagOverlap | null;
  work_queue_name: AnyOf | null;
  /** Accepted and without effect, as in the original. */
  concurrency_limit: { ge_: number | null; le_: number | null; is_null_: boolean | null } | null;
}
export const DeploymentFilter = criteria<DeploymentFilter>("DeploymentFilter", {
  operator: Operator.default("and_"),
  id: optional(membership("DeploymentFilterId", uuid())),
  name: optional(nameLike("DeploymentFilterName")),
  flow_or_deployment_name: optional(
    criteria<{ like_: string | null }>("DeploymentOrFlowNameFilter", { like_: optional(string()) }),
  ),
  paused: optional(criteria<{ eq_: boolean | null }>("DeploymentFilterPaused", { eq_: optional(boolean()) })),
  tags: optional(tagOverlap("DeploymentFilterTags")),
  work_queue_name: optional(anyOf("DeploymentFilterWorkQueueName", string())),
  concurrency_limit: optional(
    criteria<{ ge_: number | null; le_: number | null; is_null_: boolean | null }>("DeploymentFilterConcurrencyLimit", {
      ge_: optional(integer()),
      le_: optional(integer()),
      is_null_: optional(boolean()),
    }),
  ).with({ deprecated: true }),
});

export interface WorkPoolFilter {
  operator: Operator;
  id: AnyOf | null;
  name: AnyOf | null;
  type: AnyOf | null;
}
export const WorkPoolFilter = criteria<WorkPoolFilter>("WorkPoolFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("WorkPoolFilterId")),
  name: optional(anyOf("WorkPoolFilterName", string())),
  type: optional(anyOf("WorkPoolFilterType", string())),
});

export interface WorkQueueFilterName extends AnyOf {
  startswith_: string[] | null;
}
export interface WorkQueueFilter {
  operator: Operator;
  id: AnyOf | null;
  name: WorkQueueFilterName | null;
}
export const WorkQueueFilter = criteria<WorkQueueFilter>("WorkQueueFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("WorkQueueFilterId")),
  name: optional(
    criteria<WorkQueueFilterName>("WorkQueueFilterName", {
      any_: optional(list(string())),
      startswith_: optional(list(string())),
    }),
  ),
});
