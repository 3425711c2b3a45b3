import {
  DeploymentFlowRunCreate,
  FlowRunBulkCreateResponse,
  FlowRunResponse,
  integer,
  json,
  limit,
  list,
  number,
  optional,
  parts,
  timestamp,
  uuid,
  WorkQueue,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { reply, type RequestContext, type Route, route } from "../../platform/http/index.ts";
import { creatorOf, type FlowRunCreators, proposerOf } from "../flow-runs/index.ts";
import { scheduleDeployment } from "../schedules/index.ts";
import { queuesFor } from "./matching-queues.ts";
import { nothing } from "./nothing.ts";
import { createRun, createRuns, type RunMaking } from "./runs.ts";
import { offerRuns } from "./scheduled-runs.ts";

const tag = "Deployments";
const byId = { id: uuid() };

type Deps = Dependencies & { readonly creators: FlowRunCreators };

export function runRoutes(deps: Deps): Route[] {
  return [...makingRoutes(deps), ...offeringRoutes(deps)];
}

function makingRoutes(deps: Deps): Route[] {
  const making = (context: RequestContext): RunMaking => ({
    deps,
    creators: deps.creators,
    database: deps.databases.orion.workspace(context.workspaceId),
    createdBy: creatorOf(context),
    proposer: proposerOf(context),
  });
  return [
    route({
      method: "POST",
      path: "/deployments/{id}/create_flow_run",
      permission: "run_deployments",
      tag,
      summary: "Create a run of a deployment, or answer the one that its idempotency key made",
      params: byId,
      body: DeploymentFlowRunCreate,
      answers: { 200: FlowRunResponse, 201: FlowRunResponse },
      async handle({ params, body, context }) {
        const { inserted, run } = await createRun(making(context), params.id, body);
        return reply(inserted ? 201 : 200, run);
      },
    }),
    route({
      method: "POST",
      path: "/deployments/{id}/create_flow_run/bulk",
      permission: "run_deployments",
      tag,
      summary: "Create up to a hundred runs of a deployment",
      params: byId,
      body: list(DeploymentFlowRunCreate),
      answers: { 200: FlowRunBulkCreateResponse },
      async handle({ params, body, context }) {
        return reply(200, { results: await createRuns(making(context), params.id, body) });
      },
    }),
    route({
      method: "POST",
      path: "/deployments/{id}/schedule",
      permission: "run_deployments",
      tag,
      summary: "Make the runs of a deployment's schedules in a span of time, also one that has passed",
      params: byId,
      body: parts({
        start_time: optional(timestamp()),
        end_time: optional(timestamp()),
        min_time: optional(number()),
        min_runs: optional(integer()),
        max_runs: optional(integer()),
      }),
      answers: { 200: json() },
      async handle({ params, body, context }) {
        await scheduleDeployment(deps, context.workspaceId, params.id, body);
        return reply(200, nothing);
      },
    }),
  ];
}

function offeringRoutes(deps: Deps): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/deployments/get_scheduled_flow_runs",
      permission: "see_deployments",
      tag,
      summary: "List the runs of deployments that are to begin",
      body: parts({ deployment_ids: list(uuid()), scheduled_before: optional(timestamp()), limit: limit() }),
      answers: { 200: list(FlowRunResponse) },
      async handle({ body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await offerRuns(deps, workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "GET",
      path: "/deployments/{id}/work_queue_check",
      permission: "see_deployments",
      tag,
      summary: "List the queues that choose a deployment's runs by a filter of theirs",
      params: byId,
      answers: { 200: list(WorkQueue) },
      async handle({ params, context }) {
        return reply(200, await queuesFor(workspace(context.workspaceId), params.id));
      },
    }),
  ];
}
