import { list, optional, parts, TaskWorkerFilter, TaskWorkerResponse } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { listTaskWorkers } from "./queries.ts";

/** Who serves deferred tasks. */
export function taskWorkerRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: "POST",
      path: "/task_workers/filter",
      permission: "see_flows",
      tag: "Task Workers",
      summary: "List the task workers that are connected",
      body: parts({ task_worker_filter: optional(TaskWorkerFilter) }),
      answers: { 200: list(TaskWorkerResponse) },
      async handle({ body, context }) {
        const keys = body.task_worker_filter?.task_keys;
        const database = deps.databases.orion.workspace(context.workspaceId);
        return reply(200, await database.all(listTaskWorkers, keys?.length ? keys : null));
      },
    }),
  ];
}
