import {
  FlowRunBulkDeleteResponse,
  FlowRunFilter,
  FlowRunResponse,
  FlowRunSort,
  HistoryResponse,
  integer,
  limit,
  list,
  offset,
  optional,
  page,
  pageOf,
  parts,
  WorkQueueFilter,
  written,
} from "@praetor/wire";
import { sql } from "../../platform/database/index.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { deleteLogs } from "../logs/index.ts";
import { flowRunsMatching, matchByExpectedStart } from "../run-filters/index.ts";
import type { FlowRunDependencies } from "./dependencies.ts";
import { historyRange, lateness, runFilters } from "./filter-parts.ts";
import { readHistory } from "./history.ts";
import { find, paginate, removeMany } from "./operations.ts";
import { averageLateness } from "./lateness.ts";
import { countFlowRuns } from "./queries.ts";

const tag = "Flow Runs";
const sort = FlowRunSort.default("ID_DESC");

export function listRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const { work_pool_queues: _, ...historyFilters } = runFilters;
  return [
    route({
      method: "POST",
      path: "/flow_runs/filter",
      permission: "see_flows",
      tag,
      summary: "List flow runs",
      body: parts({ limit: limit(), sort, offset: offset(), ...runFilters }),
      answers: { 200: written(list(FlowRunResponse)) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, offset: body.offset, limit: checkLimit(body.limit) };
        return reply(200, await find(deps, workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/paginate",
      permission: "see_flows",
      tag,
      summary: "List a page of flow runs",
      body: parts({ limit: limit(), sort, page: page(), ...runFilters }),
      answers: { 200: pageOf("FlowRunPaginationResponse", FlowRunResponse) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, limit: checkLimit(body.limit) };
        return reply(200, await paginate(deps, workspace(context.workspaceId), asked, body.page));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/count",
      permission: "see_flows",
      tag,
      summary: "Count flow runs",
      body: parts(runFilters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countFlowRuns(workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/lateness",
      permission: "see_flows",
      tag,
      summary: "Average the lateness of flow runs, in seconds",
      body: parts(runFilters),
      answers: { 200: lateness },
      async handle({ body, context }) {
        return reply(200, await averageLateness(workspace(context.workspaceId), body, deps.clock.now()));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/history",
      permission: "see_flows",
      tag,
      summary: "Count flow runs by time and state",
      body: parts({ ...historyRange, ...historyFilters, work_queues: optional(WorkQueueFilter) }),
      answers: { 200: list(HistoryResponse) },
      async handle({ body, context }) {
        const filters = { ...body, work_pool_queues: body.work_queues };
        const source = {
          from: sql`orion.flow_run as run`,
          matching: flowRunsMatching(filters),
          byTimeAlone: matchByExpectedStart(filters),
        };
        return reply(200, await readHistory(workspace(context.workspaceId), body, source, deps.clock.now()));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/bulk_delete",
      permission: "manage_flows",
      tag,
      summary: "Delete the flow runs that match",
      body: parts({ flow_runs: optional(FlowRunFilter), limit: integer({ ge: 1, le: 50 }).default(50) }),
      answers: { 200: FlowRunBulkDeleteResponse },
      async handle({ body, context }) {
        const deleted = await removeMany(deps, workspace(context.workspaceId), { flow_runs: body.flow_runs }, body.limit);
        await deleteLogs(deps.databases.events.workspace(context.workspaceId), { flowRunIds: deleted });
        return reply(200, { deleted });
      },
    }),
  ];
}
