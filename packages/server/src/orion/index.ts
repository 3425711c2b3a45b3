import type { Dependencies } from "../platform/dependencies.ts";
import type { Route } from "../platform/http/index.ts";
import { deploymentRoutes } from "./deployments/index.ts";
import { explanationRoutes } from "./explanation/index.ts";
import { FlowRunCreators, flowRunRoutes } from "./flow-runs/index.ts";
import { flowRoutes } from "./flows/routes.ts";
import { Orchestrator } from "./orchestrate/index.ts";
import { parameterRoutes } from "./parameters/index.ts";
import { slotHolderRoutes } from "./slot-holders/index.ts";
import { taskRunRoutes } from "./task-runs/index.ts";
import { taskWorkerRoutes } from "./task-workers/index.ts";
import { workPoolRoutes } from "./work-pools/index.ts";
import { workQueueRoutes } from "./work-queues/index.ts";
import { workSelectionRoutes } from "./work-selection/index.ts";
import { workerRoutes } from "./workers/index.ts";

export { workerChannel } from "./worker-channel/index.ts";
export { scheduledTaskRuns } from "./task-workers/index.ts";
export { Orchestrator } from "./orchestrate/index.ts";
export { endStuckCancelling, sweepCancelled } from "./cancellation/index.ts";
export { markLateRuns } from "./late-runs/index.ts";
export { markUnserved, markWorkersOffline } from "./readiness/index.ts";
export { BEGINNING, dateExpirations, deleteExpiredCacheKeys, deleteExpiredRuns } from "./retention/index.ts";
export { endVanishedRuns, recordHeartbeats } from "./vanished-runs/index.ts";
export { expirePauses } from "./flow-runs/expire-pauses.ts";

/** The routes of what deployed runs go through: pools, their queues, the workers that serve them. */
export function workRoutes(deps: Dependencies): Route[] {
  return [
    ...workPoolRoutes(deps),
    ...workQueueRoutes(deps),
    ...workSelectionRoutes(deps),
    ...slotHolderRoutes(deps),
    ...workerRoutes(deps),
    ...taskWorkerRoutes(deps),
    ...explanationRoutes(deps),
  ];
}

/** The routes of runs and flows, all proposing through one orchestrator. */
export function runRoutes(deps: Dependencies, orchestrator: Orchestrator): Route[] {
  const own = { ...deps, orchestrator, creators: new FlowRunCreators(deps) };
  return [...flowRoutes(deps), ...deploymentRoutes(own), ...parameterRoutes(deps), ...flowRunRoutes(own), ...taskRunRoutes(own)];
}
