import { integer, limit, list, nullable, offset, optional, parts, string, WorkerFilter, WorkerResponse } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { hearBeat, list as listWorkers, remove } from "./operations.ts";

const tag = "Work Pools";
const ofPool = { work_pool_name: string() };

/** The processes that serve a pool. */
export function workerRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_pools/{work_pool_name}/workers/heartbeat",
      permission: "write_workers",
      tag,
      summary: "Tell that a worker lives",
      params: ofPool,
      body: parts({ name: string(), heartbeat_interval_seconds: nullable(integer()).default(null) }),
      answers: { 204: empty },
      async handle({ params, body, context }) {
        const heartbeat = { name: body.name, interval: body.heartbeat_interval_seconds };
        await hearBeat(deps, workspace(context.workspaceId), params.work_pool_name, heartbeat);
        return noContent();
      },
    }),
    route({
      method: "POST",
      path: "/work_pools/{work_pool_name}/workers/filter",
      permission: "see_workers",
      tag,
      summary: "List the workers of a work pool, the latest heard first",
      params: ofPool,
      body: parts({ workers: optional(WorkerFilter), limit: limit(), offset: offset() }),
      answers: { 200: list(WorkerResponse) },
      async handle({ params, body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await listWorkers(workspace(context.workspaceId), params.work_pool_name, asked));
      },
    }),
    route({
      method: "DELETE",
      path: "/work_pools/{work_pool_name}/workers/{name}",
      permission: "manage_workers",
      tag,
      summary: "Forget a worker",
      params: { ...ofPool, name: string() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(workspace(context.workspaceId), params.work_pool_name, params.name);
        return noContent();
      },
    }),
  ];
}
