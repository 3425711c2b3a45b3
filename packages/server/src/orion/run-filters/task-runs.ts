import type { NullableMembership, TaskRunFilter } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import {
  combine,
  type Condition,
  given,
  inList,
  matchesMembership,
  matchesName,
  matchesNullableRange,
  matchesRange,
  matchesTags,
} from "../../platform/filter/index.ts";

/** Whether the row `task` of task runs passes. */
export function taskRunMatches(filter: TaskRunFilter): Fragment {
  return combine(filter.operator, [
    matchesMembership(sql`task.id`, "uuid", filter.id),
    matchesName(sql`task.name`, filter.name),
    matchesTags(sql`task.tags`, filter.tags),
    filter.state
      ? combine(filter.state.operator, [
          inList(sql`task.state_type`, "state", filter.state.type?.any_),
          inList(sql`task.state_name`, "text", filter.state.name?.any_),
        ])
      : undefined,
    matchesNullableRange(sql`task.start_time`, filter.start_time),
    matchesNullableRange(sql`task.end_time`, filter.end_time),
    matchesRange(sql`task.expected_start_time`, filter.expected_start_time),
    given(filter.subflow_runs, isSubflow(filter.subflow_runs?.exists_)),
    given(filter.flow_run_id, flowRunMatches(filter.flow_run_id)),
  ]);
}

function isSubflow(asked: boolean | null | undefined): Condition {
  if (asked === null || asked === undefined) return undefined;
  const found = sql`exists (
    select from orion.flow_run as child
    where child.workspace_id = task.workspace_id and child.parent_task_run_id = task.id)`;
  return asked ? found : sql`not ${found}`;
}

/** `is_null_` true wins over a list; false without a list asks for any flow run; null leaves the list alone. */
function flowRunMatches(filter: NullableMembership | null): Condition {
  if (!filter) return undefined;
  if (filter.is_null_) return sql`task.flow_run_id is null`;
  if (filter.any_) return inList(sql`task.flow_run_id`, "uuid", filter.any_);
  return filter.is_null_ === false ? sql`task.flow_run_id is not null` : undefined;
}
