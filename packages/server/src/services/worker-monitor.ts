import { markWorkersOffline } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Marks workers whose heartbeat has stopped as offline. */
export function workerMonitor(deps: Dependencies): Service {
  const { loopSeconds: every, ...settings } = deps.settings.services.foreman;
  const { fallbackHeartbeatIntervalSeconds: interval, inactivityHeartbeatMultiple: missed } = settings;
  const runOnce = async () => {
    await markWorkersOffline(deps, { now: await databaseNow(deps.databases.orion), interval, missed });
  };
  return loop({ name: "worker-monitor", every, runOnce }, deps);
}
