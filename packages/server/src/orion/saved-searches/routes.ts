import { limit, list, offset, parts, SavedSearch, SavedSearchCreate, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { listByName, put, read, remove } from "./operations.ts";

const tag = "SavedSearches";

export function savedSearchRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "PUT",
      path: "/saved_searches/",
      permission: "manage_saved_search",
      tag,
      summary: "Save a search, in place of the one of that name",
      body: SavedSearchCreate,
      answers: { 200: SavedSearch, 201: SavedSearch },
      async handle({ body, context }) {
        const { search, inserted } = await put(deps, workspace(context.workspaceId), body);
        return reply(inserted ? 201 : 200, search);
      },
    }),
    ...byIdRoutes(deps),
    route({
      method: "POST",
      path: "/saved_searches/filter",
      permission: "see_flows",
      tag,
      summary: "List saved searches by name",
      body: parts({ limit: limit(), offset: offset() }),
      answers: { 200: list(SavedSearch) },
      async handle({ body, context }) {
        return reply(200, await listByName(workspace(context.workspaceId), checkLimit(body.limit), body.offset));
      },
    }),
  ];
}

function byIdRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/saved_searches/{id}", tag, params: { id: uuid() } } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_flows",
      summary: "Read a saved search",
      answers: { 200: SavedSearch },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id));
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_saved_search",
      summary: "Delete a saved search",
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(workspace(context.workspaceId), params.id);
        return noContent();
      },
    }),
  ];
}
