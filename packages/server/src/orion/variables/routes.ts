import {
  integer,
  limit,
  list,
  offset,
  optional,
  parts,
  string,
  uuid,
  Variable,
  VariableCreate,
  VariableFilter,
  VariableSort,
  VariableUpdate,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { create, read, remove, update } from "./operations.ts";
import { countVariables, listVariables } from "./queries.ts";

const tag = "Variables";

export function variableRoutes(deps: Dependencies): Route[] {
  return [...listRoutes(deps), ...byIdRoutes(deps), ...byNameRoutes(deps)];
}

function listRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/variables/",
      permission: "write_variables",
      tag,
      summary: "Create a variable",
      body: VariableCreate,
      answers: { 201: Variable },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/variables/filter",
      permission: "see_variables",
      tag,
      summary: "List variables",
      body: parts({
        limit: limit(),
        offset: offset(),
        variables: optional(VariableFilter),
        sort: VariableSort.default("NAME_ASC"),
      }),
      answers: { 200: list(Variable) },
      async handle({ body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, await listVariables(workspace(context.workspaceId), asked));
      },
    }),
    route({
      method: "POST",
      path: "/variables/count",
      permission: "see_variables",
      tag,
      summary: "Count variables",
      body: parts({ variables: optional(VariableFilter) }),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countVariables(workspace(context.workspaceId), body.variables));
      },
    }),
  ];
}

function byIdRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/variables/{id}", tag, params: { id: uuid() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_variables",
      summary: "Read a variable",
      answers: { 200: Variable },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params));
      },
    }),
    route({
      ...place,
      method: "PATCH",
      permission: "write_variables",
      summary: "Change a variable",
      body: VariableUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params, body);
        return noContent();
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_variables",
      summary: "Delete a variable",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params);
        return noContent();
      },
    }),
  ];
}

function byNameRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/variables/name/{name}", tag, params: { name: string() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_variables",
      summary: "Read a variable by name",
      answers: { 200: Variable },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params));
      },
    }),
    route({
      ...place,
      method: "PATCH",
      permission: "write_variables",
      summary: "Change a variable by name",
      body: VariableUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params, body);
        return noContent();
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_variables",
      summary: "Delete a variable by name",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params);
        return noContent();
      },
    }),
  ];
}
