import { CsrfToken, string } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import type { CsrfTokens } from "./tokens.ts";

export { CsrfTokens } from "./tokens.ts";

/** Where clients get a token; clients ask for one whether or not the protection is on, and know its refusal by the text. */
export function csrfRoutes(deps: Pick<Dependencies, "settings">, tokens: CsrfTokens): Route[] {
  return [
    route({
      method: "GET",
      path: "/csrf-token",
      permission: "authenticated",
      tag: "CSRF",
      summary: "Get a token for the mutations of a client",
      query: { client: string() },
      answers: { 200: CsrfToken },
      async handle({ query }) {
        if (!deps.settings.api.csrfProtectionEnabled) throw apiError("csrf_disabled");
        return reply(200, await tokens.issue(query.client));
      },
    }),
  ];
}
