import {
  DeploymentFilter,
  Flow,
  FlowCreate,
  FlowFilter,
  FlowRunFilter,
  FlowSort,
  FlowUpdate,
  integer,
  limit,
  list,
  model,
  offset,
  optional,
  page,
  pageOf,
  parts,
  string,
  TaskRunFilter,
  uuid,
  WorkPoolFilter,
  written,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { ensure, paginate, read, readByName, remove, removeMany, update } from "./operations.ts";
import { flowPageRoutes } from "./page-routes.ts";
import { countFlows, listFlows } from "./queries.ts";

const tag = "Flows";
const FlowBulkDeleteResponse = model<{ deleted: string[] }>("FlowBulkDeleteResponse", {
  deleted: list(uuid()).default(() => []),
});
const filters = {
  flows: optional(FlowFilter),
  flow_runs: optional(FlowRunFilter),
  task_runs: optional(TaskRunFilter),
  deployments: optional(DeploymentFilter),
  work_pools: optional(WorkPoolFilter),
};
const sort = FlowSort.default("NAME_ASC");

export function flowRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/flows/",
      permission: "run_flows",
      tag,
      summary: "Create a flow, or answer the one of that name",
      body: FlowCreate,
      answers: { 200: Flow, 201: Flow },
      async handle({ body, context }) {
        const flow = await ensure(deps, workspace(context.workspaceId), body);
        return reply(flow.inserted ? 201 : 200, flow);
      },
    }),
    route({
      method: "PATCH",
      path: "/flows/{id}",
      permission: "run_flows",
      tag,
      summary: "Change a flow's tags",
      params: { id: uuid() },
      body: FlowUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.id, body.tags);
        return noContent();
      },
    }),
    route({
      method: "GET",
      path: "/flows/{id}",
      permission: "see_flows",
      tag,
      summary: "Read a flow",
      params: { id: uuid() },
      answers: { 200: Flow },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "DELETE",
      path: "/flows/{id}",
      permission: "manage_flows",
      tag,
      summary: "Delete a flow with its runs",
      params: { id: uuid() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
    route({
      method: "GET",
      path: "/flows/name/{name}",
      permission: "see_flows",
      tag,
      summary: "Read a flow by name",
      params: { name: string() },
      answers: { 200: Flow },
      async handle({ params, context }) {
        return reply(200, await readByName(workspace(context.workspaceId), params.name));
      },
    }),
    ...flowListRoutes(deps),
    ...flowPageRoutes(deps),
  ];
}

function flowListRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/flows/count",
      permission: "see_flows",
      tag,
      summary: "Count flows",
      body: parts(filters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countFlows(workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/flows/filter",
      permission: "see_flows",
      tag,
      summary: "List flows",
      body: parts({ limit: limit(), offset: offset(), ...filters, sort }),
      answers: { 200: written(list(Flow)) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, offset: body.offset, limit: checkLimit(body.limit) };
        return reply(200, await listFlows(workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/flows/paginate",
      permission: "see_flows",
      tag,
      summary: "List a page of flows",
      body: parts({ limit: limit(), page: page(), ...filters, sort }),
      answers: { 200: pageOf("FlowPaginationResponse", Flow) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, limit: checkLimit(body.limit) };
        return reply(200, await paginate(workspace(context.workspaceId), asked, body.page));
      },
    }),
    route({
      method: "POST",
      path: "/flows/bulk_delete",
      permission: "manage_flows",
      tag,
      summary: "Delete the flows that match, with their runs",
      body: parts({ flows: optional(FlowFilter), limit: integer({ ge: 1, le: 50 }).default(50) }),
      answers: { 200: FlowBulkDeleteResponse },
      async handle({ body, context }) {
        const deleted = await removeMany(deps, workspace(context.workspaceId), { flows: body.flows }, body.limit);
        return reply(200, { deleted });
      },
    }),
  ];
}
