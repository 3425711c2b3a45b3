import { DeploymentSchedule, DeploymentScheduleCreate, DeploymentScheduleUpdate, list, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { add, readAll, remove, update } from "./schedule-operations.ts";

const tag = "Deployments";
const byId = { id: uuid() };
const one = { id: uuid(), schedule_id: uuid() };

const keys = (params: { id: string; schedule_id: string }) => ({ deploymentId: params.id, scheduleId: params.schedule_id });

export function scheduleRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "GET",
      path: "/deployments/{id}/schedules",
      permission: "see_deployments",
      tag,
      summary: "List the schedules of a deployment",
      params: byId,
      answers: { 200: list(DeploymentSchedule) },
      async handle({ params, context }) {
        return reply(200, await readAll(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "POST",
      path: "/deployments/{id}/schedules",
      permission: "write_deployments",
      tag,
      summary: "Add schedules to a deployment",
      params: byId,
      body: list(DeploymentScheduleCreate),
      answers: { 201: list(DeploymentSchedule) },
      async handle({ params, body, context }) {
        return reply(201, await add(deps, workspace(context.workspaceId), params.id, body));
      },
    }),
    route({
      method: "PATCH",
      path: "/deployments/{id}/schedules/{schedule_id}",
      permission: "write_deployments",
      tag,
      summary: "Change a schedule of a deployment",
      params: one,
      body: DeploymentScheduleUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), keys(params), body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/deployments/{id}/schedules/{schedule_id}",
      permission: "write_deployments",
      tag,
      summary: "Delete a schedule of a deployment",
      params: one,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), keys(params));
        return noContent();
      },
    }),
  ];
}
