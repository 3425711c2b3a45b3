import {
  type AnyOf,
  anyOf,
  criteria,
  membership,
  type Membership,
  nameLike,
  type NameLike,
  nullableMembership,
  type NullableMembership,
  nullableTimeRange,
  type NullableTimeRange,
  Operator,
  optional,
  tagOverlap,
  type TagOverlap,
  timeRange,
  type TimeRange,
} from "./filters.ts";
import { boolean, enumeration, type Infer, list, string, uuid } from "./kit/index.ts";
import { StateType } from "./states.ts";

export interface FlowRunFilterState {
  operator: Operator;
  type: Membership<StateType> | null;
  name: Membership | null;
}
const FlowRunFilterState = criteria<FlowRunFilterState>("FlowRunFilterState", {
  operator: Operator.default("and_"),
  type: optional(membership("FlowRunFilterStateType", StateType)),
  name: optional(membership("FlowRunFilterStateName", string())),
});

export interface FlowRunFilterCreatedBy {
  operator: Operator;
  id_: string[] | null;
  type_: string[] | null;
  is_null_: boolean | null;
}
const FlowRunFilterCreatedBy = criteria<FlowRunFilterCreatedBy>("FlowRunFilterCreatedBy", {
  operator: Operator.default("and_"),
  id_: optional(list(uuid())),
  type_: optional(list(string())),
  is_null_: optional(boolean()),
});

export interface FlowRunFilter {
  operator: Operator;
  id: Membership | null;
  name: NameLike | null;
  tags: TagOverlap | null;
  deployment_id: NullableMembership | null;
  work_queue_name: NullableMembership | null;
  state: FlowRunFilterState | null;
  flow_version: AnyOf | null;
  start_time: NullableTimeRange | null;
  end_time: NullableTimeRange | null;
  expected_start_time: TimeRange | null;
  next_scheduled_start_time: TimeRange | null;
  parent_flow_run_id: AnyOf | null;
  parent_task_run_id: NullableMembership | null;
  idempotency_key: Membership | null;
  created_by: FlowRunFilterCreatedBy | null;
}
export const FlowRunFilter = criteria<FlowRunFilter>("FlowRunFilter", {
  operator: Operator.default("and_"),
  id: optional(membership("FlowRunFilterId", uuid())),
  name: optional(nameLike("FlowRunFilterName")),
  tags: optional(tagOverlap("FlowRunFilterTags")),
  deployment_id: optional(nullableMembership("FlowRunFilterDeploymentId", uuid())),
  work_queue_name: optional(nullableMembership("FlowRunFilterWorkQueueName", string())),
  state: optional(FlowRunFilterState),
  flow_version: optional(anyOf("FlowRunFilterFlowVersion", string())),
  start_time: optional(nullableTimeRange("FlowRunFilterStartTime")),
  end_time: optional(nullableTimeRange("FlowRunFilterEndTime")),
  expected_start_time: optional(timeRange("FlowRunFilterExpectedStartTime")),
  next_scheduled_start_time: optional(timeRange("FlowRunFilterNextScheduledStartTime")),
  parent_flow_run_id: optional(
    criteria<AnyOf & { operator: Operator }>("FlowRunFilterParentFlowRunId", {
      operator: Operator.default("and_"),
      any_: optional(list(uuid())),
    }),
  ),
  parent_task_run_id: optional(nullableMembership("FlowRunFilterParentTaskRunId", uuid())),
  idempotency_key: optional(membership("FlowRunFilterIdempotencyKey", string())),
  created_by: optional(FlowRunFilterCreatedBy),
});

export const FlowRunSort = enumeration("FlowRunSort", [
  "ID_DESC",
  "START_TIME_ASC",
  "START_TIME_DESC",
  "EXPECTED_START_TIME_ASC",
  "EXPECTED_START_TIME_DESC",
  "NAME_ASC",
  "NAME_DESC",
  "NEXT_SCHEDULED_START_TIME_ASC",
  "END_TIME_DESC",
]);
export type FlowRunSort = Infer<typeof FlowRunSort>;

export const FlowSort = enumeration("FlowSort", ["CREATED_DESC", "UPDATED_DESC", "NAME_ASC", "NAME_DESC"]);
export type FlowSort = Infer<typeof FlowSort>;
