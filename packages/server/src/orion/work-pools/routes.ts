import {
  integer,
  limit,
  list,
  offset,
  optional,
  parts,
  string,
  WorkPoolCreate,
  WorkPoolFilter,
  WorkPoolResponse,
  WorkPoolUpdate,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { create, read, remove, update } from "./operations.ts";
import { countPools, listPools } from "./queries.ts";
import { presentPool } from "./rows.ts";

const tag = "Work Pools";

export function workPoolRoutes(deps: Dependencies): Route[] {
  return [...listRoutes(deps), ...byNameRoutes(deps)];
}

function listRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/work_pools/",
      permission: "write_work_pools",
      tag,
      summary: "Create a work pool",
      body: WorkPoolCreate,
      answers: { 201: WorkPoolResponse },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/work_pools/filter",
      permission: "see_work_pools",
      tag,
      summary: "List work pools by name",
      body: parts({ work_pools: optional(WorkPoolFilter), limit: limit(), offset: offset() }),
      answers: { 200: list(WorkPoolResponse) },
      async handle({ body, context }) {
        const asked = { ...body, limit: checkLimit(body.limit) };
        return reply(200, (await listPools(workspace(context.workspaceId), asked)).map(presentPool));
      },
    }),
    route({
      method: "POST",
      path: "/work_pools/count",
      permission: "see_work_pools",
      tag,
      summary: "Count work pools",
      body: parts({ work_pools: optional(WorkPoolFilter) }),
      answers: { 200: integer() },
      async handle({ body, context }) {
        return reply(200, await countPools(workspace(context.workspaceId), body.work_pools));
      },
    }),
  ];
}

function byNameRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/work_pools/{name}", tag, params: { name: string() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_work_pools",
      summary: "Read a work pool",
      answers: { 200: WorkPoolResponse },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.name));
      },
    }),
    route({
      ...place,
      method: "PATCH",
      permission: "write_work_pools",
      summary: "Change a work pool",
      body: WorkPoolUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.name, body);
        return noContent();
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_work_pools",
      summary: "Delete a work pool",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.name);
        return noContent();
      },
    }),
  ];
}
