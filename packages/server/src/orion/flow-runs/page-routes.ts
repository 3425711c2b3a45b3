import { countsById, FlowRunSort, integer, list, offset, parts, SimpleFlowRun, uuid } from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import type { FlowRunDependencies } from "./dependencies.ts";
import { runFilters } from "./filter-parts.ts";
import { countTaskRunsOf, listRunTimes } from "./page-queries.ts";

const tag = "Flow Runs";
const { work_pool_queues: _, ...historyFilters } = runFilters;

/** What pages of flow runs show beside the runs themselves. */
export function flowRunPageRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/ui/flow_runs/history",
      permission: "see_flows",
      tag,
      summary: "List when flow runs began and how long they took",
      body: parts({
        sort: FlowRunSort.default("EXPECTED_START_TIME_DESC"),
        limit: integer({ le: 1000 }).default(1000),
        offset: offset(),
        ...historyFilters,
      }),
      answers: { 200: list(SimpleFlowRun) },
      async handle({ body, context }) {
        if (body.limit < 0) throw apiError("limit_negative");
        const asked = { filters: body, sort: body.sort, limit: body.limit, offset: body.offset };
        return reply(200, await listRunTimes(workspace(context.workspaceId), asked, deps.clock.now()));
      },
    }),
    route({
      method: "POST",
      path: "/ui/flow_runs/count-task-runs",
      permission: "see_flows",
      tag,
      summary: "Count the task runs of flow runs",
      body: parts({ flow_run_ids: list(uuid()) }),
      answers: { 200: countsById() },
      async handle({ body, context }) {
        const rows = await workspace(context.workspaceId).all(countTaskRunsOf, body.flow_run_ids);
        const counts = new Map(rows.map(({ id, count }) => [id, count]));
        return reply(200, Object.fromEntries(body.flow_run_ids.map((id) => [id, counts.get(id) ?? 0])));
      },
    }),
  ];
}
