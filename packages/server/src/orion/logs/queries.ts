import { Log, type LogCreate, type LogFilter, type LogSort, RowWriter, type Timestamp, type Written } from "@praetor/wire";
import {
  type Fragment,
  sql,
  systemStatement,
  type WorkspaceExecutor,
  workspaceStatement,
} from "../../platform/database/index.ts";
import { combine, type Condition, given, inList, matchesRange } from "../../platform/filter/index.ts";
import { parseTextSearch, textCondition } from "../../platform/text-search.ts";

/** A line to be stored. */
export interface StoredLog extends LogCreate {
  readonly id: string;
}

const insertLogs = workspaceStatement<
  [
    created: Timestamp,
    ids: string[],
    timestamps: Timestamp[],
    levels: number[],
    flowRunIds: (string | null)[],
    taskRunIds: (string | null)[],
    names: string[],
    messages: string[],
  ],
  never
>(
  "log.insert",
  `insert into events.log (workspace_id, created, id, timestamp, level, flow_run_id, task_run_id, name, message)
  select $1::uuid, $2::timestamptz, * from unnest($3::uuid[], $4::timestamptz[], $5::integer[], $6::uuid[], $7::uuid[],
    $8::text[], $9::text[])`,
  { alone: true },
);

/** Stores lines, all or none, in one statement. */
export async function storeLogs(database: WorkspaceExecutor, created: Timestamp, lines: readonly StoredLog[]): Promise<void> {
  await database.all(
    insertLogs,
    created,
    lines.map((line) => line.id),
    lines.map((line) => line.timestamp),
    lines.map((line) => line.level),
    lines.map((line) => line.flow_run_id),
    lines.map((line) => line.task_run_id),
    lines.map((line) => line.name),
    lines.map((line) => line.message),
  );
}

function logMatches(filter: LogFilter | null): Fragment {
  return combine(filter?.operator, [
    levelMatches(filter?.level ?? null),
    matchesRange(sql`timestamp`, filter?.timestamp ?? null),
    given(filter?.flow_run_id, isOneOf(sql`flow_run_id`, filter?.flow_run_id?.any_)),
    taskRunMatches(filter?.task_run_id ?? null),
    filter?.text ? textCondition(parseTextSearch(filter.text.query), sql`message || ' ' || name`) : undefined,
  ]);
}

function levelMatches(filter: LogFilter["level"]): Condition {
  if (filter === null) return undefined;
  const { ge_, le_ } = filter;
  return combine("and_", [
    ge_ === null ? undefined : sql`level >= ${ge_}::numeric`,
    le_ === null ? undefined : sql`level <= ${le_}::numeric`,
  ]);
}

function taskRunMatches(filter: LogFilter["task_run_id"]): Condition {
  if (filter === null) return undefined;
  const asked = filter.is_null_ ? sql`task_run_id is null` : sql`task_run_id is not null`;
  return combine("and_", [isOneOf(sql`task_run_id`, filter.any_), filter.is_null_ === null ? undefined : asked]);
}

/** One id is compared as such: then the index gives the lines in the order of time, and the first page needs no sort. */
function isOneOf(column: Fragment, ids: readonly string[] | null | undefined): Condition {
  return ids?.length === 1 ? sql`${column} = ${ids[0]}::uuid` : inList(column, "uuid", ids);
}

const ORDER = {
  TIMESTAMP_ASC: sql`timestamp asc`,
  TIMESTAMP_DESC: sql`timestamp desc`,
} as const satisfies Record<LogSort, Fragment>;

export interface LogList {
  readonly logs: LogFilter | null;
  readonly sort: LogSort;
  readonly limit: number;
  readonly offset: number;
}

const logWriter = new RowWriter<Log, Log>(Log);

export async function listLogs(database: WorkspaceExecutor, { logs, sort, limit, offset }: LogList): Promise<Written<Log[]>> {
  const rows = await database.composeTexts<Log>(
    (workspace) => sql`
      select id, created, created as updated, name, level, message, timestamp, flow_run_id, task_run_id from events.log
      where workspace_id = ${workspace} and ${logMatches(logs)}
      order by ${ORDER[sort]} limit ${limit} offset ${offset}`,
    { access: "replica" },
  );
  return logWriter.write(rows);
}

/** A line as the download shows it, and its place among all. */
export type DownloadedLog = Pick<Log, "id" | "timestamp" | "level" | "flow_run_id" | "task_run_id" | "message">;

/** Lines of a flow run after the given one, oldest first; before all others are those after `-infinity`. */
export const readLogsAfter = workspaceStatement<[flowRunId: string, timestamp: string, id: string, limit: number], DownloadedLog>(
  "log.read-after",
  `select id, timestamp, level, flow_run_id, task_run_id, message from events.log
  where workspace_id = $1 and flow_run_id = $2 and timestamp >= $3 and (timestamp, id) > ($3, $4)
  order by timestamp, id limit $5`,
  { access: "replica", alone: true },
);

export const readFlowRunName = workspaceStatement<[flowRunId: string], { name: string }>(
  "log.read-flow-run-name",
  "select name from orion.flow_run where workspace_id = $1 and id = $2",
);

export const deleteLogsOfRuns = workspaceStatement<[flowRunIds: readonly string[], taskRunIds: readonly string[]], never>(
  "log.delete-of-runs",
  `delete from events.log where workspace_id = $1 and (flow_run_id = any($2::uuid[]) or task_run_id = any($3::uuid[]))`,
  { alone: true },
);

// As for events: a role that may make nothing leaves it to `praetor database partition`.
export const createLogPartitionsOf = systemStatement<[first: string, last: string], { made: number }>(
  "log.create-partitions",
  `select case when has_schema_privilege('events', 'create') then events.create_log_partitions($1::date, $2::date)
   else 0 end as made`,
  { alone: true },
);
