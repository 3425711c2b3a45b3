import type { Dependencies } from "../platform/dependencies.ts";
import type { Route, Socket } from "../platform/http/index.ts";
import { automationRoutes } from "./automations/index.ts";
import { Ingest } from "./ingest.ts";
import { eventRoutes } from "./routes.ts";
import { eventsIn, eventsOut } from "./sockets/index.ts";

export { createPartitions, persistEvents } from "./persist.ts";

/** What the events domain serves; its routes and sockets share one way in. */
export function eventsApi(deps: Dependencies): { readonly routes: Route[]; readonly sockets: Socket[] } {
  const ingest = new Ingest(deps);
  return {
    routes: [...eventRoutes(deps, ingest), ...automationRoutes(deps)],
    sockets: [eventsIn(deps, ingest), eventsOut(deps)],
  };
}
