import type { FlowRunFilter, Membership } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import {
  combine,
  type Condition,
  given,
  inList,
  matchesMembership,
  matchesName,
  matchesNullable,
  matchesNullableRange,
  matchesRange,
  matchesTags,
} from "../../platform/filter/index.ts";

/** Whether the row `run` of flow runs passes. */
export function flowRunMatches(filter: FlowRunFilter): Fragment {
  return combine(filter.operator, [
    matchesMembership(sql`run.id`, "uuid", filter.id),
    matchesName(sql`run.name`, filter.name),
    matchesTags(sql`run.tags`, filter.tags),
    matchesNullable(sql`run.deployment_id`, "uuid", filter.deployment_id),
    matchesNullable(sql`run.work_queue_name`, "text", filter.work_queue_name),
    stateMatches(filter.state),
    matchesMembership(sql`run.flow_version`, "text", filter.flow_version),
    matchesNullableRange(sql`run.sort_start_time`, filter.start_time, sql`run.start_time`),
    matchesNullableRange(sql`run.end_time`, filter.end_time),
    matchesRange(sql`run.expected_start_time`, filter.expected_start_time),
    matchesRange(sql`run.next_scheduled_start_time`, filter.next_scheduled_start_time),
    given(filter.parent_flow_run_id, parentMatches(filter.parent_flow_run_id?.any_)),
    matchesNullable(sql`run.parent_task_run_id`, "uuid", filter.parent_task_run_id),
    matchesMembership(sql`run.idempotency_key`, "text", filter.idempotency_key),
    creatorMatches(filter.created_by),
  ]);
}

function stateMatches(filter: FlowRunFilter["state"]): Condition {
  if (!filter) return undefined;
  const onlyScheduled = filter.type?.any_?.every((type) => type === "SCHEDULED") && filter.type.any_.length > 0;
  return combine(filter.operator, [
    saysSomething(filter.type) ? matchesMembership(sql`run.state_type`, "state", filter.type) : undefined,
    // Every scheduled run has such a time, and the few of them have an index of their own.
    onlyScheduled && filter.operator === "and_" ? sql`run.next_scheduled_start_time is not null` : undefined,
    saysSomething(filter.name) ? matchesMembership(sql`run.state_name`, "text", filter.name) : undefined,
  ]);
}

/** Within a state a criterion that says nothing is left out, where elsewhere it is true of every run. */
function saysSomething(filter: Membership | null): boolean {
  return filter !== null && (filter.any_ !== null || Boolean(filter.not_any_?.length));
}

/** A subflow's run hangs on a task run of its parent. */
function parentMatches(flowRunIds: readonly string[] | null | undefined): Condition {
  if (!flowRunIds) return undefined;
  return sql`exists (
    select from orion.task_run as parent
    where parent.workspace_id = run.workspace_id and parent.id = run.parent_task_run_id
      and parent.flow_run_id = any(${flowRunIds}::uuid[]))`;
}

function creatorMatches(filter: FlowRunFilter["created_by"]): Condition {
  if (!filter) return undefined;
  return combine(filter.operator, [
    inList(sql`run.created_by ->> 'id'`, "text", filter.id_),
    inList(sql`run.created_by ->> 'type'`, "text", filter.type_),
    filter.is_null_ === null ? undefined : filter.is_null_ ? sql`run.created_by is null` : sql`run.created_by is not null`,
  ]);
}
