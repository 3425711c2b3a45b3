import {
  limit,
  list,
  offset,
  optional,
  parts,
  string,
  WorkQueueCreate,
  WorkQueueFilter,
  WorkQueueResponse,
  WorkQueueUpdate,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { createInPool, listOfPool, readOfPool, remove, update } from "./operations.ts";

const tag = "Work Pools";
const ofPool = { work_pool_name: string() };

export function ofPoolRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_pools/{work_pool_name}/queues",
      permission: "write_work_queues",
      tag,
      summary: "Create a queue of a work pool",
      params: ofPool,
      body: WorkQueueCreate,
      answers: { 201: WorkQueueResponse },
      async handle({ params, body, context }) {
        return reply(201, await createInPool(deps, workspace(context.workspaceId), params.work_pool_name, body));
      },
    }),
    route({
      method: "POST",
      path: "/work_pools/{work_pool_name}/queues/filter",
      permission: "see_work_queues",
      tag,
      summary: "List the queues of a work pool by priority",
      params: ofPool,
      body: parts({ work_queues: optional(WorkQueueFilter), limit: limit(), offset: offset() }),
      answers: { 200: list(WorkQueueResponse) },
      async handle({ params, body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await listOfPool(workspace(context.workspaceId), params.work_pool_name, asked));
      },
    }),
    ...byNameRoutes(deps),
  ];
}

function byNameRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/work_pools/{work_pool_name}/queues/{name}", tag, params: { ...ofPool, name: string() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_work_queues",
      summary: "Read a queue of a work pool",
      answers: { 200: WorkQueueResponse },
      async handle({ params, context }) {
        return reply(200, await readOfPool(workspace(context.workspaceId), params.work_pool_name, params.name));
      },
    }),
    route({
      ...place,
      method: "PATCH",
      permission: "write_work_queues",
      summary: "Change a queue of a work pool",
      body: WorkQueueUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        const database = workspace(context.workspaceId);
        const { id } = await readOfPool(database, params.work_pool_name, params.name);
        await update(deps, database, id, body);
        return noContent();
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_work_queues",
      summary: "Delete a queue of a work pool",
      answers: { 204: empty },
      async handle({ params, context }) {
        const database = workspace(context.workspaceId);
        const { id } = await readOfPool(database, params.work_pool_name, params.name);
        await remove(deps, database, id);
        return noContent();
      },
    }),
  ];
}
