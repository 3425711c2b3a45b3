import { FlowRunInput, integer, json, JsonText, list, optional, parts, string, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { empty, noContent, plainText, reply, type Route, route } from "../../platform/http/index.ts";
import { create, listByPrefix, read, remove } from "./operations.ts";

const tag = "Flow Runs";
const NOTHING = JsonText.of(null);
const key = string().check((given) =>
  /^[a-z0-9-]*$/.test(given) ? undefined : "Input keys must only contain lowercase letters, numbers, and dashes.",
);

/** Values that somebody leaves for a flow run: the answers to a pause, and messages between runs. */
export function flowRunInputRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/flow_runs/{id}/input",
      permission: "run_flows",
      tag,
      summary: "Leave an input for a flow run",
      params: { id: uuid() },
      body: parts({ key, value: string(), sender: optional(string()) }),
      answers: { 201: json() },
      async handle({ params, body, context }) {
        await create(deps, workspace(context.workspaceId), params.id, body);
        return reply(201, NOTHING);
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/{id}/input/filter",
      permission: "see_flows",
      tag,
      summary: "List the inputs of a flow run whose keys begin alike",
      params: { id: uuid() },
      body: parts({ prefix: string(), limit: integer().default(1), exclude_keys: list(string()).default([]) }),
      answers: { 200: list(FlowRunInput) },
      async handle({ params, body, context }) {
        const asked = { prefix: body.prefix, limit: body.limit, excludedKeys: body.exclude_keys };
        return reply(200, await listByPrefix(workspace(context.workspaceId), params.id, asked));
      },
    }),
    ...byKeyRoutes(deps),
  ];
}

function byKeyRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/flow_runs/{id}/input/{key}", tag, params: { id: uuid(), key: string() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_flows",
      summary: "Read an input of a flow run",
      answers: { 200: plainText },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id, params.key));
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "run_flows",
      summary: "Delete an input of a flow run",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(workspace(context.workspaceId), params.id, params.key);
        return noContent();
      },
    }),
  ];
}
