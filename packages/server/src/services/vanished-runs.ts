import { endVanishedRuns, Orchestrator } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Looks that were missed before it must be supposed that no server listened either. */
const LOOKS_MISSED = 4;

/** Ends the runs of processes that are gone. */
export function vanishedRuns(deps: Dependencies): Service {
  const orchestrator = new Orchestrator(deps);
  const { loopSeconds: every, heartbeatsMissed, submittedTimeout } = deps.settings.services.vanishedRuns;
  const watch = { heartbeatsMissed, submittedTimeout, outage: every * LOOKS_MISSED };
  const runOnce = async () => endVanishedRuns(deps, orchestrator, await databaseNow(deps.databases.orion), watch);
  return loop({ name: "vanished-runs", every, runOnce }, deps);
}
