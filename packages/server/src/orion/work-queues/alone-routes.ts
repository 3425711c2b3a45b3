import {
  limit,
  list,
  offset,
  optional,
  parts,
  string,
  uuid,
  WorkQueueCreate,
  WorkQueueFilter,
  WorkQueueResponse,
  WorkQueueStatusDetail,
  WorkQueueUpdate,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { createAlone, read, readByName, readStatus, remove, update } from "./operations.ts";
import { listQueues } from "./queries.ts";
import { presentQueue } from "./rows.ts";

const tag = "Work Queues";
const byId = { path: "/work_queues/{id}", tag, params: { id: uuid() } } as const;

/** Queues by their ids, or by their names where they are in no pool of workers. */
export function aloneRoutes(deps: Dependencies): Route[] {
  return [...readRoutes(deps), ...changeRoutes(deps)];
}

function readRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      ...byId,
      method: "GET",
      permission: "see_work_queues",
      summary: "Read a work queue",
      answers: { 200: WorkQueueResponse },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "GET",
      path: "/work_queues/name/{name}",
      permission: "see_work_queues",
      tag,
      summary: "Read a work queue by name",
      params: { name: string() },
      answers: { 200: WorkQueueResponse },
      async handle({ params, context }) {
        return reply(200, await readByName(workspace(context.workspaceId), params.name));
      },
    }),
    route({
      method: "POST",
      path: "/work_queues/filter",
      permission: "see_work_queues",
      tag,
      summary: "List work queues by name",
      body: parts({ work_queues: optional(WorkQueueFilter), limit: limit(), offset: offset() }),
      answers: { 200: list(WorkQueueResponse) },
      async handle({ body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, (await listQueues(workspace(context.workspaceId), asked)).map(presentQueue));
      },
    }),
    route({
      method: "GET",
      path: "/work_queues/{id}/status",
      permission: "see_work_queues",
      tag,
      summary: "Tell whether a work queue is served",
      params: { id: uuid() },
      answers: { 200: WorkQueueStatusDetail },
      async handle({ params, context }) {
        return reply(200, await readStatus(deps, workspace(context.workspaceId), params.id));
      },
    }),
  ];
}

function changeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_queues/",
      permission: "write_work_queues",
      tag,
      summary: "Create a work queue without a pool of workers",
      body: WorkQueueCreate,
      answers: { 201: WorkQueueResponse },
      async handle({ body, context }) {
        return reply(201, await createAlone(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      ...byId,
      method: "PATCH",
      permission: "write_work_queues",
      summary: "Change a work queue",
      body: WorkQueueUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      ...byId,
      method: "DELETE",
      permission: "manage_work_queues",
      summary: "Delete a work queue",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}
