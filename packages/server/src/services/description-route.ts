import { json, JsonText, openApi } from "@praetor/wire";
import { API_VERSION, reply, type Route, route } from "../platform/http/index.ts";

/** The API's own description, made on first demand: most processes are never asked for it. */
export function descriptionRoute(routes: readonly Route[]): Route {
  let document: JsonText | undefined;
  return route({
    method: "GET",
    path: "/openapi.json",
    permission: "authenticated",
    tag: "Root",
    summary: "Describe this API",
    answers: { 200: json() },
    async handle() {
      document ??= JsonText.of(openApi({ title: "Praetor", version: API_VERSION, routes }));
      return reply(200, document);
    },
  });
}
