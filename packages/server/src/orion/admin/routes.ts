import { jsonObject, ServerDefaultResultStorage, ServerDefaultResultStorageUpdate, string } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { empty, noContent, PROTOCOL_RELEASE, reply, type Route, route } from "../../platform/http/index.ts";
import { clearStorage, readStorage, setStorage } from "./operations.ts";
import { settingsTree } from "./settings-tree.ts";

const tag = "Admin";

export function adminRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/admin/settings",
      permission: "see_workspace_settings",
      tag,
      summary: "Read the settings of this server, secrets masked",
      answers: { 200: jsonObject() },
      handle: async () => reply(200, settingsTree(deps.settings)),
    }),
    route({
      method: "GET",
      path: "/admin/version",
      permission: "authenticated",
      tag,
      summary: "Read the release whose protocol this server speaks",
      answers: { 200: string() },
      handle: async () => reply(200, PROTOCOL_RELEASE),
    }),
    ...storageRoutes(deps),
  ];
}

function storageRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  const place = { path: "/admin/storage", tag } as const;
  return [
    route({
      ...place,
      method: "GET",
      permission: "see_flows",
      summary: "Read where results are kept by default",
      answers: { 200: ServerDefaultResultStorage },
      async handle({ context }) {
        return reply(200, await readStorage(workspace(context.workspaceId)));
      },
    }),
    route({
      ...place,
      method: "PUT",
      permission: "manage_workspace_settings",
      summary: "Set where results are kept by default",
      body: ServerDefaultResultStorageUpdate,
      answers: { 200: ServerDefaultResultStorage },
      async handle({ body, context }) {
        return reply(200, await setStorage(workspace(context.workspaceId), body.default_result_storage_block_id));
      },
    }),
    route({
      ...place,
      method: "DELETE",
      permission: "manage_workspace_settings",
      summary: "Keep results where each run says",
      answers: { 204: empty },
      async handle({ context }) {
        await clearStorage(workspace(context.workspaceId));
        return noContent();
      },
    }),
  ];
}
