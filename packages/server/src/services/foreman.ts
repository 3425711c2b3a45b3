import { markUnserved } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Marks pools, queues and deployments that nobody serves as not ready. */
export function foreman(deps: Dependencies): Service {
  const { loopSeconds: every, ...settings } = deps.settings.services.foreman;
  const timeouts = {
    queue: settings.workQueueLastPolledTimeoutSeconds,
    deployment: settings.deploymentLastPolledTimeoutSeconds,
  };
  const runOnce = async () => markUnserved(deps, await databaseNow(deps.databases.orion), timeouts);
  return loop({ name: "foreman", every, runOnce }, deps);
}
