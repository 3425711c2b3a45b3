import { DeploymentCreate, DeploymentResponse, DeploymentUpdate, json, string, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { checkParameters, type FlowRunCreators } from "../flow-runs/index.ts";
import { CatchUpPolicy, readCatchUp, writeCatchUp } from "./catch-up.ts";
import { listRoutes } from "./list-routes.ts";
import { nothing } from "./nothing.ts";
import { read, readByName, remove, setPaused } from "./operations.ts";
import { runRoutes } from "./run-routes.ts";
import { scheduleRoutes } from "./schedule-routes.ts";
import { update } from "./update.ts";
import { upsert } from "./upsert.ts";

const tag = "Deployments";
const byId = { id: uuid() };

/** The routes of deployments, their schedules and the runs made of them. */
export function deploymentRoutes(deps: Dependencies & { readonly creators: FlowRunCreators }): Route[] {
  return [...ownRoutes(deps), ...pauseRoutes(deps), ...listRoutes(deps), ...runRoutes(deps), ...scheduleRoutes(deps)];
}

function ownRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/deployments/",
      permission: "write_deployments",
      tag,
      summary: "Create a deployment, or change the one of that name",
      body: DeploymentCreate,
      answers: { 200: DeploymentResponse, 201: DeploymentResponse },
      async handle({ body, context }) {
        const { name, flow_id } = body;
        // Both have no default, so that a body without them was refused.
        if (name === undefined || flow_id === undefined) throw new Error("a required key is missing");
        if (body.parameters !== undefined) checkParameters(body.parameters, deps.settings.api.maxParameterSize);
        const { inserted, deployment } = await upsert(deps, workspace(context.workspaceId), { ...body, name, flow_id });
        return reply(inserted ? 201 : 200, deployment);
      },
    }),
    route({
      method: "GET",
      path: "/deployments/{id}",
      permission: "see_deployments",
      tag,
      summary: "Read a deployment",
      params: byId,
      answers: { 200: DeploymentResponse },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "GET",
      path: "/deployments/name/{flow_name}/{deployment_name}",
      permission: "see_deployments",
      tag,
      summary: "Read a deployment by the names of its flow and of its own",
      params: { flow_name: string(), deployment_name: string() },
      answers: { 200: DeploymentResponse },
      async handle({ params, context }) {
        return reply(200, await readByName(workspace(context.workspaceId), params.flow_name, params.deployment_name));
      },
    }),
    route({
      method: "PATCH",
      path: "/deployments/{id}",
      permission: "write_deployments",
      tag,
      summary: "Change a deployment",
      params: byId,
      body: DeploymentUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        if (body.parameters) checkParameters(body.parameters, deps.settings.api.maxParameterSize);
        await update(deps, workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/deployments/{id}",
      permission: "manage_deployments",
      tag,
      summary: "Delete a deployment, its schedules and the runs that have not begun",
      params: byId,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}

function pauseRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/deployments/{id}/pause_deployment",
      permission: "write_deployments",
      tag,
      summary: "Make no more runs of a deployment, and delete those that its schedules have made",
      params: byId,
      answers: { 200: json() },
      async handle({ params, context }) {
        await setPaused(deps, workspace(context.workspaceId), params.id, true);
        return reply(200, nothing);
      },
    }),
    route({
      method: "POST",
      path: "/deployments/{id}/resume_deployment",
      permission: "write_deployments",
      tag,
      summary: "Make runs of a deployment again",
      params: byId,
      answers: { 200: json() },
      async handle({ params, context }) {
        await setPaused(deps, workspace(context.workspaceId), params.id, false);
        return reply(200, nothing);
      },
    }),
    route({
      method: "GET",
      path: "/deployments/{id}/catch_up",
      permission: "see_deployments",
      tag,
      summary: "Read what becomes of runs whose time passed during an outage",
      params: byId,
      answers: { 200: CatchUpPolicy },
      async handle({ params, context }) {
        return reply(200, await readCatchUp(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "PUT",
      path: "/deployments/{id}/catch_up",
      permission: "write_deployments",
      tag,
      summary: "Say what becomes of runs whose time passed during an outage",
      params: byId,
      body: CatchUpPolicy,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await writeCatchUp(workspace(context.workspaceId), params.id, body);
        return noContent();
      },
    }),
  ];
}
