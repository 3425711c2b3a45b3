import { expirePauses, Orchestrator } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Fails runs whose pause has expired. */
export function pauseExpiry(deps: Dependencies): Service {
  const orchestrator = new Orchestrator(deps);
  const every = deps.settings.services.pauseExpirations.loopSeconds;
  const runOnce = async () => expirePauses(deps, orchestrator, await databaseNow(deps.databases.orion));
  return loop({ name: "pause-expiry", every, runOnce }, deps);
}
