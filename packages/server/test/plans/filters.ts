import type { FlowRunFilter, FlowRunSort, LogFilter, LogSort, TaskRunFilter, TaskRunSort } from "@praetor/wire";
import { idOf, KINDS } from "./seed.ts";

/** Values of one criterion to ask for: such as many rows have, such as few have, and such as none has. */
type Asked<Filter> = Readonly<Record<Exclude<keyof Filter, "operator">, readonly object[]>>;

const NOBODY = "00000000-0000-4000-8000-00000000dead";
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const timesOf = [{ after_: ago(24) }, { before_: ago(24) }, { after_: ago(-1000) }, { after_: ago(9), before_: ago(8) }];
const nullable = [{ is_null_: true }, { is_null_: false }];

function flowRunFilters(run: string): Asked<FlowRunFilter> {
  return {
    id: [{ any_: [run] }, { any_: [NOBODY] }, { any_: [] }, { not_any_: [run] }],
    name: [{ any_: ["run-7"] }, { any_: ["no such name"] }, { like_: "run" }, { like_: "run-7777" }, { like_: "no such name" }],
    tags: [
      { all_: ["team-1"] },
      { all_: ["team-1", "day-1"] },
      { any_: ["team-1", "day-1"] },
      { all_: ["no such tag"] },
      { any_: ["no such tag"] },
      ...nullable,
    ],
    deployment_id: [{ any_: [idOf(KINDS.deployment, 7)] }, { any_: [NOBODY] }, ...nullable],
    work_queue_name: [{ any_: ["default"] }, ...nullable],
    state: [
      ...["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED"].map((type) => ({ type: { any_: [type] } })),
      { type: { any_: ["COMPLETED", "FAILED"] } },
      { type: { not_any_: ["SCHEDULED", "PENDING"] } },
      { name: { any_: ["Late"] } },
      { name: { any_: ["Crashed"] } },
      { name: { not_any_: ["Completed"] } },
      { operator: "or_", type: { any_: ["RUNNING"] }, name: { any_: ["Late"] } },
    ],
    flow_version: [{ any_: ["no such version"] }],
    start_time: [...timesOf, ...nullable],
    end_time: [...timesOf, ...nullable],
    expected_start_time: timesOf,
    next_scheduled_start_time: timesOf,
    parent_flow_run_id: [{ any_: [run] }, { any_: [NOBODY] }],
    parent_task_run_id: [{ any_: [idOf(KINDS.taskRun, 7)] }, { any_: [NOBODY] }, ...nullable],
    idempotency_key: [{ any_: ["no such key"] }, { not_any_: ["no such key"] }],
    created_by: [{ id_: [NOBODY] }, { type_: ["DEPLOYMENT"] }, ...nullable],
  };
}

function taskRunFilters(run: string): Asked<TaskRunFilter> {
  return {
    id: [{ any_: [idOf(KINDS.taskRun, 7)] }, { any_: [NOBODY] }],
    name: [
      { any_: ["task-7"] },
      { any_: ["no such name"] },
      { like_: "task" },
      { like_: "task-7777" },
      { like_: "no such name" },
    ],
    tags: [{ all_: ["team-1"] }, { all_: ["no such tag"] }, ...nullable],
    state: [
      ...["SCHEDULED", "PENDING", "RUNNING", "COMPLETED", "FAILED"].map((type) => ({ type: { any_: [type] } })),
      { name: { any_: ["Crashed"] } },
      { name: { any_: ["no such name"] } },
    ],
    start_time: [...timesOf, ...nullable],
    end_time: [...timesOf, ...nullable],
    expected_start_time: timesOf,
    subflow_runs: [{ exists_: true }, { exists_: false }],
    flow_run_id: [{ any_: [run] }, { any_: [NOBODY] }, ...nullable],
  };
}

function logFilters(run: string): Asked<LogFilter> {
  return {
    level: [{ ge_: 20 }, { ge_: 50 }, { le_: 10 }],
    timestamp: timesOf,
    flow_run_id: [{ any_: [run] }, { any_: [run, NOBODY] }, { any_: [NOBODY] }],
    task_run_id: [{ any_: [NOBODY] }, ...nullable],
    text: [{ query: "line" }, { query: "nobody-wrote-this" }],
  };
}

/** One key for each sort there is. */
const FLOW_RUN_SORTS: Readonly<Record<FlowRunSort, true>> = {
  ID_DESC: true,
  START_TIME_ASC: true,
  START_TIME_DESC: true,
  EXPECTED_START_TIME_ASC: true,
  EXPECTED_START_TIME_DESC: true,
  NAME_ASC: true,
  NAME_DESC: true,
  NEXT_SCHEDULED_START_TIME_ASC: true,
  END_TIME_DESC: true,
};
const TASK_RUN_SORTS: Readonly<Record<TaskRunSort, true>> = {
  ID_DESC: true,
  EXPECTED_START_TIME_ASC: true,
  EXPECTED_START_TIME_DESC: true,
  NAME_ASC: true,
  NAME_DESC: true,
  NEXT_SCHEDULED_START_TIME_ASC: true,
  END_TIME_DESC: true,
};
const LOG_SORTS: Readonly<Record<LogSort, true>> = { TIMESTAMP_ASC: true, TIMESTAMP_DESC: true };

/**
 * What has no index of its own, since that would cost every write and is asked for by few. Where such a value is rare, the
 * table is read once from end to end; where it is not, the page is full long before.
 */
const WITHOUT_INDEX: ReadonlySet<string> = new Set(
  [
    { flow_runs: { deployment_id: { is_null_: true } } },
    { flow_runs: { work_queue_name: { any_: ["default"] } } },
    { flow_runs: { work_queue_name: { is_null_: false } } },
    { flow_runs: { flow_version: { any_: ["no such version"] } } },
    { flow_runs: { start_time: { is_null_: true } } },
    { flow_runs: { created_by: { is_null_: false } } },
    { task_runs: { tags: { is_null_: true } } },
    { task_runs: { state: { name: { any_: ["no such name"] } } } },
    { task_runs: { start_time: { is_null_: true } } },
  ].map((filters) => JSON.stringify(filters)),
);

/** `served` tells that an index finds the rows. */
export interface List {
  readonly path: string;
  readonly body: object;
  readonly served: boolean;
}

/** The path in each order, then each criterion alone in those orders that pages use. */
function listsOf(
  path: string,
  key: string,
  sorts: object,
  asked: Readonly<Record<string, readonly object[]>>,
  usual: readonly string[],
): List[] {
  const criteria = Object.entries(asked).flatMap(([name, values]) => values.map((value) => ({ [key]: { [name]: value } })));
  return [
    ...Object.keys(sorts).map((sort) => ({ path, body: { sort }, served: true })),
    ...criteria.flatMap((filters) => {
      const served = !WITHOUT_INDEX.has(JSON.stringify(filters));
      return usual.map((sort) => ({ path, body: { sort, ...filters }, served }));
    }),
  ];
}

/** Every sort, and every criterion, of flow runs, task runs and logs; `run` is a flow run with a task run and logs. */
export function everyList(run: string): List[] {
  const usual = ["ID_DESC", "EXPECTED_START_TIME_DESC"];
  return [
    ...listsOf("/flow_runs/filter", "flow_runs", FLOW_RUN_SORTS, flowRunFilters(run), [...usual, "START_TIME_DESC"]),
    ...listsOf("/task_runs/filter", "task_runs", TASK_RUN_SORTS, taskRunFilters(run), usual),
    ...listsOf("/logs/filter", "logs", LOG_SORTS, logFilters(run), Object.keys(LOG_SORTS)),
  ];
}
