import { integer, limit, page, parts, string, uuid, WorkPoolConcurrencyStatus, WorkQueueConcurrencyStatus } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { ofPool, ofQueue } from "./operations.ts";

/** What holds the slots of pools and queues. */
export function slotHolderRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_pools/{name}/concurrency_status",
      permission: "see_work_pools",
      tag: "Work Pools",
      summary: "List the runs that hold the slots of a work pool",
      params: { name: string() },
      body: parts({ page: page(), limit: limit(), flow_run_limit: integer({ ge: 0, le: 200 }).default(10) }),
      answers: { 200: WorkPoolConcurrencyStatus },
      async handle({ params, body, context }) {
        const asked = { page: body.page, limit: checkLimit(body.limit), runs: body.flow_run_limit };
        return reply(200, await ofPool(deps.clock, workspace(context.workspaceId), params.name, asked));
      },
    }),
    route({
      method: "POST",
      path: "/work_queues/{id}/concurrency_status",
      permission: "see_work_queues",
      tag: "Work Queues",
      summary: "List the runs that hold the slots of a work queue",
      params: { id: uuid() },
      body: parts({ page: page(), limit: limit() }),
      answers: { 200: WorkQueueConcurrencyStatus },
      async handle({ params, body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await ofQueue(deps.clock, workspace(context.workspaceId), params.id, asked));
      },
    }),
  ];
}
