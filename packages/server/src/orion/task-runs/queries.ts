import type { JsonText, StateType, TaskRunSort, TextRows, Timestamp } from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { deferred, TASK_RUN_ROWS } from "../orchestrate/index.ts";
import { HISTORY_COLUMNS, type StateColumns } from "../states/index.ts";
import { findNames, type RunFilters, scheduledFirst, taskRunsMatching } from "../run-filters/index.ts";
import { TASK_RUN_COLUMNS, TASK_RUN_JOINS, type TaskRunRow, taskRunColumns, taskRunJoins } from "./rows.ts";

export const readTaskRun = workspaceStatement<[id: string], TaskRunRow>(
  "task-run.read",
  `select ${TASK_RUN_COLUMNS} from orion.task_run as task ${TASK_RUN_JOINS} where task.workspace_id = $1 and task.id = $2`,
);

export const readNamedTaskRun = workspaceStatement<[id: string], TaskRunRow & { readonly flow_run_name: string | null }>(
  "task-run.read-named",
  `select ${TASK_RUN_COLUMNS}, run.name as flow_run_name from orion.task_run as task ${TASK_RUN_JOINS}
  left join orion.flow_run as run on run.workspace_id = task.workspace_id and run.id = task.flow_run_id
  where task.workspace_id = $1 and task.id = $2`,
);

/** Whose labels a task run inherits; no row where there is no such flow run. */
export const readFlowRunLabels = workspaceStatement<[id: string], { labels: JsonText | null }>(
  "task-run.read-flow-run-labels",
  "select labels from orion.flow_run where workspace_id = $1 and id = $2",
);

/**
 * Makes a task run with its first state, or answers the one that stands for the same call of the same flow run (its
 * natural key, a missing flow run included). `$2` is the run, `$3` its first state as `taskRunRow` writes it.
 */
export const ensureTaskRun = workspaceStatement<[run: string, state: string, now: Timestamp], { id: string; inserted: boolean }>(
  "task-run.ensure",
  `with asked as materialized (
    select * from json_to_recordset($2::json) as row(
      id uuid, flow_run_id uuid, name text, task_key text, dynamic_key text, cache_key text, cache_expiration timestamptz,
      task_version text, empirical_policy jsonb, task_inputs text, tags text[], labels text)
  ), proposed as materialized (
    select * from json_to_recordset($3::json) as row(${TASK_RUN_ROWS})
  ), inserted as (
    insert into orion.task_run as task (
      workspace_id, id, created, updated, flow_run_id, name, task_key, dynamic_key, cache_key, cache_expiration, task_version,
      empirical_policy, task_inputs, tags, labels, state_id, state_type, state_name, state_timestamp, run_count,
      flow_run_run_count, expected_start_time, next_scheduled_start_time, start_time, end_time, total_run_time)
    select
      $1, asked.id, $4, $4, asked.flow_run_id, asked.name, asked.task_key, asked.dynamic_key, asked.cache_key,
      asked.cache_expiration, asked.task_version, asked.empirical_policy, asked.task_inputs::json, asked.tags,
      asked.labels::json, proposed.state_id, proposed.state_type, proposed.state_name, proposed.state_timestamp,
      proposed.run_count, proposed.flow_run_run_count, proposed.expected_start_time, proposed.next_scheduled_start_time,
      proposed.start_time, proposed.end_time, proposed.total_run_time
    from asked, proposed
    on conflict do nothing
    returning task.id, task.task_key
  ), begun as (
    select proposed.*, inserted.task_key from proposed join inserted on inserted.id = proposed.run_id
  ), stated as (
    insert into orion.task_run_state
      (workspace_id, id, created, updated, task_run_id, type, name, timestamp, message, state_details, data)
    select $1, state_id, $4, $4, run_id, state_type, state_name, state_timestamp, message, state_details, data::json
    from begun
  ), ${deferred("begun")}
  select id, true as inserted from inserted
  union all
  select task.id, false from orion.task_run as task, asked
  where task.workspace_id = $1 and task.flow_run_id is not distinct from asked.flow_run_id
    and task.task_key = asked.task_key and task.dynamic_key = asked.dynamic_key`,
);

const ORDER = {
  ID_DESC: sql`task.id desc`,
  EXPECTED_START_TIME_ASC: sql`task.expected_start_time asc`,
  EXPECTED_START_TIME_DESC: sql`task.expected_start_time desc`,
  NAME_ASC: sql`task.name asc`,
  NAME_DESC: sql`task.name desc`,
  NEXT_SCHEDULED_START_TIME_ASC: sql`task.next_scheduled_start_time asc`,
  END_TIME_DESC: sql`task.end_time desc`,
} as const satisfies Record<TaskRunSort, Fragment>;

export interface TaskRunList {
  readonly filters: RunFilters;
  readonly sort: TaskRunSort;
  readonly limit: number;
  readonly offset: number;
}

/** The page is cut before states are joined, so that only its own rows are. */
export async function listTaskRuns(database: WorkspaceExecutor, asked: TaskRunList): Promise<TextRows<TaskRunRow>> {
  const list = { ...asked, filters: await findNames(database, asked.filters) };
  return database.composeTexts<TaskRunRow>(
    (workspace) => sql`
      with task as (select task.* from ${taskRunPage(workspace, list)})
      select ${taskRunColumns} from task ${taskRunJoins} order by ${ORDER[list.sort]}`,
    { access: "replica" },
  );
}

function taskRunPage(workspace: Fragment, { filters, sort, limit, offset }: TaskRunList): Fragment {
  const matching = sql`task.workspace_id = ${workspace} and ${taskRunsMatching(filters)}`;
  const page = sql`order by ${ORDER[sort]} limit ${limit} offset ${offset}`;
  const most = sql`limit ${limit + offset}`;
  if (sort === "NEXT_SCHEDULED_START_TIME_ASC") {
    const from = sql`orion.task_run as task`;
    return sql`(${scheduledFirst({ from, row: sql`task`, matching, most: limit + offset })}) as task ${page}`;
  }
  if (sort === "END_TIME_DESC") return sql`(${lastOfEachState(matching, most)}) as task ${page}`;
  return sql`orion.task_run as task where ${matching} ${page}`;
}

/** The index that finds states has the ends in order within each. */
function lastOfEachState(matching: Fragment, most: Fragment): Fragment {
  const last = (ofState: Fragment) => sql`
    (select task.* from orion.task_run as task where ${ofState} and ${matching} order by task.end_time desc ${most})`;
  return sql`
    select task.* from unnest(enum_range(null::orion.state_type)) as state(type)
    cross join lateral ${last(sql`task.state_type = state.type`)} as task
    union all
    ${last(sql`task.state_type is null`)}`;
}

export async function countTaskRuns(database: WorkspaceExecutor, filters: RunFilters): Promise<number> {
  const found = await findNames(database, filters);
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.task_run as task where task.workspace_id = ${workspace} and ${taskRunsMatching(found)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}

export function countTaskRunsByState(
  database: WorkspaceExecutor,
  filters: RunFilters,
): Promise<{ state_type: StateType; count: number }[]> {
  return database.compose(
    (workspace) => sql`
      select task.state_type, count(*) as count from orion.task_run as task
      where task.workspace_id = ${workspace} and task.state_type is not null and ${taskRunsMatching(filters)}
      group by task.state_type`,
    { access: "replica" },
  );
}

export const renameTaskRun = workspaceStatement<[id: string, name: string], { id: string }>(
  "task-run.rename",
  "update orion.task_run set name = $3, updated = now() where workspace_id = $1 and id = $2 returning id",
);

export const touchTaskRun = workspaceStatement<[id: string], { id: string }>(
  "task-run.find",
  "select id from orion.task_run where workspace_id = $1 and id = $2",
);

/** What the run holds is given back by a trigger. */
export const deleteTaskRun = workspaceStatement<[id: string], { id: string }>(
  "task-run.delete",
  "delete from orion.task_run where workspace_id = $1 and id = $2 returning id",
);

export const readTaskRunState = workspaceStatement<[id: string], StateColumns>(
  "task-run-state.read",
  `select ${HISTORY_COLUMNS} from orion.task_run_state where workspace_id = $1 and id = $2`,
);

const MOST_STATES = 10_000;

export const readTaskRunStates = workspaceStatement<[taskRunId: string], StateColumns>(
  "task-run-state.list",
  `select * from (
    select ${HISTORY_COLUMNS} from orion.task_run_state where workspace_id = $1 and task_run_id = $2
    order by timestamp desc limit ${MOST_STATES}
  ) as newest order by state_timestamp`,
);
