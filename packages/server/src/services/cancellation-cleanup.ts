import { endStuckCancelling, Orchestrator, sweepCancelled } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Ends what cancelled runs have left running, and cancelling that nobody reports ended. */
export function cancellationCleanup(deps: Dependencies): Service {
  const orchestrator = new Orchestrator(deps);
  const { loopSeconds: every, cancellingTimeoutSeconds: seconds } = deps.settings.services.cancellationCleanup;
  const runOnce = async () => {
    const now = await databaseNow(deps.databases.orion);
    const more = await endStuckCancelling(deps, orchestrator, { now, seconds });
    await sweepCancelled(deps, orchestrator, now);
    return more;
  };
  return loop({ name: "cancellation-cleanup", every, runOnce }, deps);
}
