import { eventsApi } from "../events/index.ts";
import { blockRoutes, registerBlocksOnStart } from "../orion/blocks/index.ts";
import { collectionRoutes } from "../orion/collections/routes.ts";
import { Orchestrator, runRoutes } from "../orion/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { type Route, type Socket, systemRoutes, type VerifyCsrf } from "../platform/http/index.ts";
import { metricsRoutes } from "./metrics-route.ts";

/** Everything that the API answers, from all domains. */
export interface Api {
  readonly routes: readonly Route[];
  readonly sockets: readonly Socket[];
  readonly verifyCsrf: VerifyCsrf | undefined;
}

/** Composes the domains' tables, after what they need to find in the database is there. */
export async function openApi(deps: Dependencies): Promise<Api> {
  await registerBlocksOnStart(deps);
  const events = eventsApi(deps);
  return {
    routes: [
      ...systemRoutes(deps.databases),
      ...runRoutes(deps, new Orchestrator(deps)),
      ...blockRoutes(deps),
      ...collectionRoutes(),
      ...events.routes,
      ...metricsRoutes(deps),
    ],
    sockets: events.sockets,
    verifyCsrf: undefined,
  };
}
