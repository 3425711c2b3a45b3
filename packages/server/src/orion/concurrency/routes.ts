import {
  ConcurrencyLimitV2,
  ConcurrencyLimitV2Create,
  ConcurrencyLimitV2Update,
  GlobalConcurrencyLimitResponse,
  limit,
  list,
  offset,
  parts,
  string,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { create, read, remove, update } from "./operations.ts";
import { listLimits } from "./queries.ts";

const tag = "Concurrency Limits V2";
const named = { id_or_name: string() };

/** Global concurrency limits. */
export function limitRoutes(deps: Dependencies): Route[] {
  return [...readRoutes(deps), ...changeRoutes(deps)];
}

function readRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/v2/concurrency_limits/",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Create a global concurrency limit",
      body: ConcurrencyLimitV2Create,
      answers: { 201: ConcurrencyLimitV2 },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "GET",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "see_concurrency_limits",
      tag,
      summary: "Read a global concurrency limit",
      params: named,
      answers: { 200: GlobalConcurrencyLimitResponse },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id_or_name));
      },
    }),
    route({
      method: "POST",
      path: "/v2/concurrency_limits/filter",
      permission: "see_concurrency_limits",
      tag,
      summary: "List global concurrency limits by name",
      body: parts({ limit: limit(), offset: offset() }),
      answers: { 200: list(GlobalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        return reply(200, await workspace(context.workspaceId).all(listLimits, checkLimit(body.limit), body.offset));
      },
    }),
  ];
}

function changeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "PATCH",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Change a global concurrency limit",
      params: named,
      body: ConcurrencyLimitV2Update,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.id_or_name, body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Delete a global concurrency limit",
      params: named,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id_or_name);
        return noContent();
      },
    }),
  ];
}
