import { Automation, list, string } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { listRelatedTo } from "./operations.ts";

/**
 * What is asked about automations by clients that are about something else: `prefect deployment inspect` shows those of a
 * deployment. No route makes one yet, so the answer is an empty list until there is one that does.
 */
export function automationRoutes({ databases }: Dependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/automations/related-to/{resource_id}",
      permission: "see_automations",
      tag: "Automations",
      summary: "List the automations of a resource",
      params: { resource_id: string() },
      answers: { 200: list(Automation) },
      async handle({ params, context }) {
        return reply(200, await listRelatedTo(databases.events.workspace(context.workspaceId), params.resource_id));
      },
    }),
  ];
}
