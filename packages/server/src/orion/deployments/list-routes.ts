import {
  DeploymentBulkDeleteResponse,
  DeploymentFilter,
  DeploymentResponse,
  DeploymentSort,
  FlowFilter,
  FlowRunFilter,
  integer,
  limit,
  list as listOf,
  offset,
  optional,
  page,
  pageOf,
  parts,
  TaskRunFilter,
  WorkPoolFilter,
  WorkQueueFilter,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { list, paginate, removeMany } from "./operations.ts";
import { countDeployments } from "./queries.ts";

const tag = "Deployments";
const filters = {
  flows: optional(FlowFilter),
  flow_runs: optional(FlowRunFilter),
  task_runs: optional(TaskRunFilter),
  deployments: optional(DeploymentFilter),
  work_pools: optional(WorkPoolFilter),
  work_pool_queues: optional(WorkQueueFilter),
};
const sort = DeploymentSort.default("NAME_ASC");

export function listRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/deployments/filter",
      permission: "see_deployments",
      tag,
      summary: "List deployments",
      body: parts({ ...filters, offset: offset(), sort, limit: limit() }),
      answers: { 200: listOf(DeploymentResponse) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, offset: body.offset, limit: checkLimit(body.limit) };
        return reply(200, await list(workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/deployments/paginate",
      permission: "see_deployments",
      tag,
      summary: "List a page of deployments",
      body: parts({ ...filters, page: page(), sort, limit: limit() }),
      answers: { 200: pageOf("DeploymentPaginationResponse", DeploymentResponse) },
      async handle({ body, context }) {
        const asked = { filters: body, sort: body.sort, limit: checkLimit(body.limit) };
        return reply(200, await paginate(workspace(context.workspaceId), asked, body.page));
      },
    }),
    route({
      method: "POST",
      path: "/deployments/count",
      permission: "see_deployments",
      tag,
      summary: "Count deployments",
      body: parts(filters),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countDeployments(workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/deployments/bulk_delete",
      permission: "manage_deployments",
      tag,
      summary: "Delete the deployments that match, with their schedules and the runs that have not begun",
      body: parts({ deployments: optional(DeploymentFilter), limit: integer({ ge: 1, le: 50 }).default(50) }),
      answers: { 200: DeploymentBulkDeleteResponse },
      async handle({ body, context }) {
        const deleted = await removeMany(deps, workspace(context.workspaceId), body.deployments, body.limit);
        return reply(200, { deleted });
      },
    }),
  ];
}
