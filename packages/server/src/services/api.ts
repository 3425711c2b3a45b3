import { eventsApi } from "../events/index.ts";
import { adminRoutes } from "../orion/admin/index.ts";
import { artifactRoutes } from "../orion/artifacts/index.ts";
import { blockRoutes, registerBlocksOnStart } from "../orion/blocks/index.ts";
import { collectionRoutes } from "../orion/collections/routes.ts";
import { concurrencyRoutes } from "../orion/concurrency/index.ts";
import { csrfRoutes, CsrfTokens } from "../orion/csrf/index.ts";
import { flowRunInputRoutes } from "../orion/flow-run-inputs/index.ts";
import { Orchestrator, runRoutes, scheduledTaskRuns, workerChannel, workRoutes } from "../orion/index.ts";
import { logRoutes, logsOut } from "../orion/logs/index.ts";
import { savedSearchRoutes } from "../orion/saved-searches/index.ts";
import { variableRoutes } from "../orion/variables/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { type Route, type Socket, systemRoutes, type VerifyCsrf } from "../platform/http/index.ts";
import { descriptionRoute } from "./description-route.ts";
import { metricsRoutes } from "./metrics-route.ts";
import { uiSettingsRoute } from "./ui-settings-route.ts";

/** Everything that the API answers, from all domains. */
export interface Api {
  readonly routes: readonly Route[];
  readonly sockets: readonly Socket[];
  readonly verifyCsrf: VerifyCsrf;
}

/** Composes the domains' tables, after what they need to find in the database is there. */
export async function openApi(deps: Dependencies): Promise<Api> {
  await registerBlocksOnStart(deps);
  const events = eventsApi(deps);
  const csrf = new CsrfTokens(deps);
  const routes = [
    ...systemRoutes(deps.databases),
    ...runRoutes(deps, new Orchestrator(deps)),
    ...workRoutes(deps),
    ...flowRunInputRoutes(deps),
    ...logRoutes(deps),
    ...artifactRoutes(deps),
    ...concurrencyRoutes(deps),
    ...variableRoutes(deps),
    ...savedSearchRoutes(deps),
    ...blockRoutes(deps),
    ...collectionRoutes(),
    ...events.routes,
    ...adminRoutes(deps),
    ...csrfRoutes(deps, csrf),
    ...metricsRoutes(deps),
  ];
  return {
    routes: [...routes, descriptionRoute(routes), uiSettingsRoute(deps)],
    sockets: [...events.sockets, logsOut(deps), scheduledTaskRuns(deps), workerChannel(deps)],
    verifyCsrf: (token, client) => csrf.verify(token, client),
  };
}
