import { FlowRunCreate, FlowRunResponse, FlowRunUpdate, labels, uuid } from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { deleteLogs } from "../logs/index.ts";
import { graphRoutes } from "./graph-routes.ts";
import { listRoutes } from "./list-routes.ts";
import { read, remove, update } from "./operations.ts";
import { flowRunPageRoutes } from "./page-routes.ts";
import { creatorOf, proposerOf } from "./proposer.ts";
import { mergeFlowRunLabels } from "./queries.ts";
import type { FlowRunDependencies } from "./dependencies.ts";
import { stateRoutes } from "./state-routes.ts";
import { checkParameters } from "./parameters.ts";

const tag = "Flow Runs";
const byId = { id: uuid() };

export function flowRunRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/flow_runs/",
      permission: "run_flows",
      tag,
      summary: "Create a flow run, or answer the one that its idempotency key made",
      body: FlowRunCreate,
      answers: { 200: FlowRunResponse, 201: FlowRunResponse },
      async handle({ body, context }) {
        checkParameters(body.parameters, deps.settings.api.maxParameterSize);
        const asked = { run: body, createdBy: creatorOf(context), proposer: proposerOf(context) };
        const created = await deps.creators.of(context.workspaceId).create(asked);
        if (!created.inserted) return reply(200, await read(deps, workspace(context.workspaceId), created.id));
        return reply(201, created.run);
      },
    }),
    route({
      method: "GET",
      path: "/flow_runs/{id}",
      permission: "see_flows",
      tag,
      summary: "Read a flow run",
      params: byId,
      answers: { 200: FlowRunResponse },
      async handle({ params, context }) {
        return reply(200, await read(deps, workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "PATCH",
      path: "/flow_runs/{id}",
      permission: "run_flows",
      tag,
      summary: "Change a flow run",
      params: byId,
      body: FlowRunUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        if (body.parameters !== undefined) checkParameters(body.parameters, deps.settings.api.maxParameterSize);
        await update(deps, workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      method: "PATCH",
      path: "/flow_runs/{id}/labels",
      permission: "run_flows",
      tag,
      summary: "Add labels to a flow run",
      params: byId,
      body: labels(),
      answers: { 204: empty },
      async handle({ params, body, context }) {
        const found = await workspace(context.workspaceId).first(mergeFlowRunLabels, params.id, body);
        if (found === undefined) throw apiError("flow_run_missing", `Flow run with id ${params.id} not found`);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/flow_runs/{id}",
      permission: "manage_flows",
      tag,
      summary: "Delete a flow run",
      params: byId,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        await deleteLogs(deps.databases.events.workspace(context.workspaceId), { flowRunIds: [params.id] });
        return noContent();
      },
    }),
    ...stateRoutes(deps),
    ...listRoutes(deps),
    ...graphRoutes(deps),
    ...flowRunPageRoutes(deps),
  ];
}
