import type { Dependencies } from "../platform/dependencies.ts";
import type { Route } from "../platform/http/index.ts";
import { FlowRunCreators, flowRunRoutes } from "./flow-runs/index.ts";
import { flowRoutes } from "./flows/routes.ts";
import { Orchestrator } from "./orchestrate/index.ts";
import { taskRunRoutes } from "./task-runs/index.ts";

export { Orchestrator } from "./orchestrate/index.ts";
export { expirePauses } from "./flow-runs/expire-pauses.ts";

/** The routes of runs and flows, all proposing through one orchestrator. */
export function runRoutes(deps: Dependencies, orchestrator: Orchestrator): Route[] {
  const own = { ...deps, orchestrator, creators: new FlowRunCreators(deps) };
  return [...flowRoutes(deps), ...flowRunRoutes(own), ...taskRunRoutes(own)];
}
