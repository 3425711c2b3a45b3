import { scheduleRuns } from "../orion/schedules/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Makes the coming runs of all deployments that want some. */
export function scheduler(deps: Dependencies): Service {
  const every = deps.settings.services.scheduler.loopSeconds;
  return loop({ name: "scheduler", every, runOnce: () => scheduleRuns(deps) }, deps);
}

/** Makes the first runs of deployments that were just made or changed: when it is told, and every few seconds in case it was not. */
export function recentDeploymentsScheduler(deps: Dependencies): Service {
  return loop(
    {
      name: "recent-deployments-scheduler",
      every: deps.settings.services.scheduler.recentDeploymentsLoopSeconds,
      runOnce: () => scheduleRuns(deps, { freshOnly: true }),
      wakeOn: (wake) => deps.bus.subscribe("schedules", wake),
    },
    deps,
  );
}
