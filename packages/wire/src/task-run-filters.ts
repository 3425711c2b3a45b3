import {
  type AnyOf,
  anyOf,
  criteria,
  ids,
  nameLike,
  type NameLike,
  type NullableMembership,
  nullableTimeRange,
  type NullableTimeRange,
  Operator,
  optional,
  tagSet,
  type TagSet,
  timeRange,
  type TimeRange,
} from "./filters.ts";
import { boolean, enumeration, type Infer, list, nullable, string, uuid } from "./kit/index.ts";
import { StateType } from "./states.ts";

export interface TaskRunFilterState {
  operator: Operator;
  type: AnyOf<StateType> | null;
  name: AnyOf | null;
}
const TaskRunFilterState = criteria<TaskRunFilterState>("TaskRunFilterState", {
  operator: Operator.default("and_"),
  type: optional(anyOf("TaskRunFilterStateType", StateType)),
  name: optional(anyOf("TaskRunFilterStateName", string())),
});

/** Its `is_null_` is false by default: an empty criterion hides task runs without a flow run. */
const TaskRunFilterFlowRunId = criteria<NullableMembership>("TaskRunFilterFlowRunId", {
  operator: Operator.default("and_"),
  any_: optional(list(uuid())),
  is_null_: nullable(boolean()).default(false),
});

export interface TaskRunFilter {
  operator: Operator;
  id: AnyOf | null;
  name: NameLike | null;
  tags: TagSet | null;
  state: TaskRunFilterState | null;
  start_time: NullableTimeRange | null;
  end_time: NullableTimeRange | null;
  expected_start_time: TimeRange | null;
  subflow_runs: { exists_: boolean | null } | null;
  flow_run_id: NullableMembership | null;
}
export const TaskRunFilter = criteria<TaskRunFilter>("TaskRunFilter", {
  operator: Operator.default("and_"),
  id: optional(ids("TaskRunFilterId")),
  name: optional(nameLike("TaskRunFilterName")),
  tags: optional(tagSet("TaskRunFilterTags")),
  state: optional(TaskRunFilterState),
  start_time: optional(nullableTimeRange("TaskRunFilterStartTime")),
  end_time: optional(nullableTimeRange("TaskRunFilterEndTime")),
  expected_start_time: optional(timeRange("TaskRunFilterExpectedStartTime")),
  subflow_runs: optional(criteria<{ exists_: boolean | null }>("TaskRunFilterSubFlowRuns", { exists_: optional(boolean()) })),
  flow_run_id: optional(TaskRunFilterFlowRunId),
});

export const TaskRunSort = enumeration("TaskRunSort", [
  "ID_DESC",
  "EXPECTED_START_TIME_ASC",
  "EXPECTED_START_TIME_DESC",
  "NAME_ASC",
  "NAME_DESC",
  "NEXT_SCHEDULED_START_TIME_ASC",
  "END_TIME_DESC",
]);
export type TaskRunSort = Infer<typeof TaskRunSort>;
