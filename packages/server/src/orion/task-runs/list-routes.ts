import {
  HistoryResponse,
  integer,
  limit,
  list,
  offset,
  page,
  pageOf,
  parts,
  TaskRun,
  TaskRunResponse,
  TaskRunSort,
  written,
} from "@praetor/wire";
import { sql } from "../../platform/database/index.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { type FlowRunDependencies, historyRange, readHistory, taskRunFilters } from "../flow-runs/index.ts";
import { taskRunsMatching } from "../run-filters/index.ts";
import { find, paginate } from "./operations.ts";
import { countTaskRuns } from "./queries.ts";

const tag = "Task Runs";
const sort = TaskRunSort.default("ID_DESC");

export function listRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/task_runs/filter",
      permission: "see_flows",
      tag,
      summary: "List task runs",
      body: parts({ limit: limit(), sort, offset: offset(), ...taskRunFilters }),
      answers: { 200: written(list(TaskRun)) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, offset: body.offset, limit: checkLimit(body.limit) };
        return reply(200, await find(deps, workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/task_runs/paginate",
      permission: "see_flows",
      tag,
      summary: "List a page of task runs",
      body: parts({ limit: limit(), sort, page: page(), ...taskRunFilters }),
      answers: { 200: pageOf("TaskRunPaginationResponse", TaskRunResponse) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, limit: checkLimit(body.limit) };
        return reply(200, await paginate(deps, workspace(context.workspaceId), asked, body.page));
      },
    }),
    route({
      method: "POST",
      path: "/task_runs/count",
      permission: "see_flows",
      tag,
      summary: "Count task runs",
      body: parts(taskRunFilters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countTaskRuns(workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/task_runs/history",
      permission: "see_flows",
      tag,
      summary: "Count task runs by time and state",
      body: parts({ ...historyRange, ...taskRunFilters }),
      answers: { 200: list(HistoryResponse) },
      async handle({ body, context }) {
        const matching = sql`exists (select from orion.task_run as task
          where task.workspace_id = run.workspace_id and task.id = run.id and ${taskRunsMatching(body)})`;
        const source = { from: sql`orion.task_run as run`, matching, byTimeAlone: false };
        return reply(200, await readHistory(workspace(context.workspaceId), body, source, deps.clock.now()));
      },
    }),
  ];
}
