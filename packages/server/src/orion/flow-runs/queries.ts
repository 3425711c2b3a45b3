import type { FlowRunPolicy, FlowRunSort, FlowRunUpdate, JsonText, TextRows } from "@praetor/wire";
import { Fragment, sql, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { findNames, flowRunsMatching, matchAllFlowRuns, type RunFilters, scheduledFirst } from "../run-filters/index.ts";
import { FLOW_RUN_COLUMNS, FLOW_RUN_JOINS, type FlowRunRow, flowRunColumns, flowRunJoins } from "./rows.ts";

export const readFlowRun = workspaceStatement<[id: string], FlowRunRow>(
  "flow-run.read",
  `select ${FLOW_RUN_COLUMNS} from orion.flow_run as run ${FLOW_RUN_JOINS} where run.workspace_id = $1 and run.id = $2`,
);

/** By what lists of flow runs are sorted. */
export const FLOW_RUN_ORDER = {
  ID_DESC: sql`run.id desc`,
  START_TIME_ASC: sql`run.sort_start_time asc`,
  START_TIME_DESC: sql`run.sort_start_time desc`,
  EXPECTED_START_TIME_ASC: sql`run.expected_start_time asc`,
  EXPECTED_START_TIME_DESC: sql`run.expected_start_time desc`,
  NAME_ASC: sql`run.name asc`,
  NAME_DESC: sql`run.name desc`,
  NEXT_SCHEDULED_START_TIME_ASC: sql`run.next_scheduled_start_time asc`,
  END_TIME_DESC: sql`run.end_time desc`,
} as const satisfies Record<FlowRunSort, Fragment>;

export interface FlowRunList {
  readonly filters: RunFilters;
  readonly sort: FlowRunSort;
  readonly limit: number;
  readonly offset: number;
}

/** The page is cut before states are joined, so that only its own rows are. */
export async function listFlowRuns(database: WorkspaceExecutor, asked: FlowRunList): Promise<TextRows<FlowRunRow>> {
  const list = { ...asked, filters: await findNames(database, asked.filters) };
  return database.composeTexts<FlowRunRow>(
    (workspace) => sql`
      with run as (${flowRunPage(workspace, sql`run.*`, list)})
      select ${flowRunColumns} from run ${flowRunJoins} order by ${FLOW_RUN_ORDER[list.sort]}`,
    { access: "replica" },
  );
}

/** The ids of such a page. */
export async function listFlowRunIds(database: WorkspaceExecutor, asked: FlowRunList): Promise<{ id: string }[]> {
  const list = { ...asked, filters: await findNames(database, asked.filters) };
  return database.compose<{ id: string }>((workspace) => flowRunPage(workspace, sql`run.id`, list), { access: "replica" });
}

function flowRunPage(workspace: Fragment, columns: Fragment, list: FlowRunList): Fragment {
  const { sort, limit, offset } = list;
  const page = sql`order by ${FLOW_RUN_ORDER[sort]} limit ${limit} offset ${offset}`;
  const matching = sql`run.workspace_id = ${workspace} and ${flowRunsMatching(list.filters)}`;
  const from = sql`orion.flow_run as run`;
  if (sort !== "NEXT_SCHEDULED_START_TIME_ASC") return sql`select ${columns} from ${from} where ${matching} ${page}`;
  return sql`select ${columns} from (${scheduledFirst({ from, row: sql`run`, matching, most: limit + offset })}) as run ${page}`;
}

/** Migration 0014 says how this stays right; no run is read. */
const countAllFlowRuns = workspaceStatement<[], { count: number }>(
  "flow-run.count-all",
  "select coalesce(sum(runs), 0)::bigint as count from orion.flow_run_count where workspace_id = $1",
  { access: "replica" },
);

export async function countFlowRuns(database: WorkspaceExecutor, filters: RunFilters): Promise<number> {
  if (matchAllFlowRuns(filters)) return (await database.first(countAllFlowRuns))?.count ?? 0;
  const found = await findNames(database, filters);
  const [row] = await database.compose<{ count: number }>(
    (workspace) => sql`
      select count(*) as count from orion.flow_run as run where run.workspace_id = ${workspace} and ${flowRunsMatching(found)}`,
    { access: "replica" },
  );
  return row?.count ?? 0;
}

/** Triggers give back what the runs and their task runs hold, and let go their subflows, as for runs that go with their flow. */
export const deleteFlowRuns = workspaceStatement<[ids: readonly string[]], { id: string }>(
  "flow-run.delete",
  "delete from orion.flow_run where workspace_id = $1 and id = any($2::uuid[]) returning id",
);

export const mergeFlowRunLabels = workspaceStatement<[id: string, labels: JsonText], { id: string }>(
  "flow-run.merge-labels",
  `update orion.flow_run set labels = (coalesce(labels::jsonb, '{}') || $3::jsonb)::json, updated = now()
  where workspace_id = $1 and id = $2 returning id`,
);

const UPDATABLE = {
  name: (value: unknown) => sql`name = ${value}`,
  flow_version: (value: unknown) => sql`flow_version = ${value}`,
  parameters: (value: unknown) => sql`parameters = ${value}::json`,
  empirical_policy: (value: unknown) => sql`empirical_policy = ${value}::jsonb`,
  tags: (value: unknown) => sql`tags = ${value}::text[]`,
  infrastructure_pid: (value: unknown) => sql`infrastructure_pid = ${value}`,
  job_variables: (value: unknown) => sql`job_variables = ${value}::json`,
} as const satisfies Record<keyof FlowRunUpdate, (value: unknown) => Fragment>;

function isUpdatable(key: string): key is keyof FlowRunUpdate {
  return key in UPDATABLE;
}

/** Writes only the columns given; answers whether the run exists. */
export async function updateFlowRun(
  database: WorkspaceExecutor,
  id: string,
  changes: Partial<FlowRunUpdate & { empirical_policy: FlowRunPolicy }>,
): Promise<boolean> {
  const assignments = Object.entries(changes).flatMap(([key, value]) => (isUpdatable(key) ? [UPDATABLE[key](value)] : []));
  const rows = await database.compose<{ id: string }>(
    (workspace) => sql`
      update orion.flow_run set ${Fragment.join([...assignments, sql`updated = now()`], ", ")}
      where workspace_id = ${workspace} and id = ${id} returning id`,
  );
  return rows.length > 0;
}
