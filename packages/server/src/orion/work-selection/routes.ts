import {
  boolean,
  FlowRunResponse,
  limit,
  list,
  nullable,
  parts,
  string,
  timestamp,
  uuid,
  WorkerFlowRunResponse,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { selectForWorker, selectFromOneQueue } from "./operations.ts";

const moment = () => nullable(timestamp()).default(null);

/** What workers poll. */
export function workSelectionRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_pools/{name}/get_scheduled_flow_runs",
      permission: "see_work_queues",
      tag: "Work Pools",
      summary: "List the runs that a worker may submit now",
      params: { name: string() },
      body: parts({
        work_queue_names: nullable(list(string())).default(null),
        scheduled_before: moment(),
        scheduled_after: moment(),
        limit: limit(),
      }),
      answers: { 200: list(WorkerFlowRunResponse) },
      async handle({ params, body, context }) {
        const { work_queue_names: names, scheduled_before: before, scheduled_after: after } = body;
        const queues = names?.length ? names : null;
        const poll = { poolName: params.name, queues, before, after, limit: checkLimit(body.limit) };
        return reply(200, await selectForWorker(deps, workspace(context.workspaceId), poll));
      },
    }),
    route({
      method: "POST",
      path: "/work_queues/{id}/get_runs",
      permission: "see_work_queues",
      tag: "Work Queues",
      summary: "List the runs of a work queue that may be submitted now",
      params: { id: uuid() },
      body: parts({ scheduled_before: moment(), limit: limit() }),
      answers: { 200: list(FlowRunResponse) },
      async handle({ params, body, context }) {
        const isLook = boolean().parse(context.header("x-prefect-ui") ?? "false");
        const poll = {
          queueId: params.id,
          before: body.scheduled_before,
          limit: checkLimit(body.limit),
          isLook: isLook.ok && isLook.value,
        };
        return reply(200, await selectFromOneQueue(deps, workspace(context.workspaceId), poll));
      },
    }),
  ];
}
