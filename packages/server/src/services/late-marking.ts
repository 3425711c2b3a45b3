import { markLateRuns, Orchestrator } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Marks runs late that nobody has started. */
export function lateMarking(deps: Dependencies): Service {
  const orchestrator = new Orchestrator(deps);
  const { loopSeconds: every, afterSeconds: seconds } = deps.settings.services.lateRuns;
  const runOnce = async () => markLateRuns(deps, orchestrator, { now: await databaseNow(deps.databases.orion), seconds });
  return loop({ name: "late-marking", every, runOnce }, deps);
}
