import type { Dependencies } from "../../platform/dependencies.ts";
import type { Route } from "../../platform/http/index.ts";
import { aloneRoutes } from "./alone-routes.ts";
import { ofPoolRoutes } from "./of-pool-routes.ts";

/** Queues under their pools, and the same queues by their ids. */
export function workQueueRoutes(deps: Dependencies): Route[] {
  return [...ofPoolRoutes(deps), ...aloneRoutes(deps)];
}
