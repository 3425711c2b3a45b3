import { boolean, enumeration, list, model, nullable, string } from "@praetor/wire";
import type { Dependencies } from "../platform/dependencies.ts";
import { reply, type Route, route } from "../platform/http/index.ts";

const Interface = enumeration("UIVersion", ["v1", "v2"]);
const UISettings = model<{
  api_url: string;
  csrf_enabled: boolean;
  auth: string | null;
  flags: string[];
  default_ui: "v1" | "v2";
  available_uis: ("v1" | "v2")[];
  v1_base_url: string | null;
  v2_base_url: string | null;
}>("UISettings", {
  api_url: string(),
  csrf_enabled: boolean(),
  auth: nullable(string()),
  flags: list(string()),
  default_ui: Interface,
  available_uis: list(Interface),
  v1_base_url: nullable(string()),
  v2_base_url: nullable(string()),
});

/**
 * What a web interface asks before anything else, and before anybody has signed in: where the API is, and how to sign in.
 * This server brings no interface of its own; one that is served elsewhere sends its `/ui-settings` here.
 */
export function uiSettingsRoute({ settings: { api } }: Pick<Dependencies, "settings">): Route {
  return route({
    method: "GET",
    path: "/ui-settings",
    besideApi: true,
    permission: "anyone",
    tag: "Root",
    summary: "What a web interface has to know of this server",
    answers: { 200: UISettings },
    handle: async ({ context }) =>
      reply(200, {
        api_url: context.baseUrl,
        csrf_enabled: api.csrfProtectionEnabled,
        auth: api.authString === null ? null : "BASIC",
        flags: [],
        default_ui: "v2" as const,
        available_uis: [],
        v1_base_url: null,
        v2_base_url: null,
      }),
  });
}
