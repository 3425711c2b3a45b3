import { BEGINNING, dateExpirations, deleteExpiredCacheKeys, deleteExpiredRuns } from "../orion/index.ts";
import { databaseNow } from "../platform/database/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

/** Dates finished runs by how long they are kept. */
export function expirationSetter(deps: Dependencies): Service {
  const { loopSeconds: every, retentionPeriod: seconds } = deps.settings.services.dbVacuum;
  let place = BEGINNING;
  const runOnce = async () => {
    place = await dateExpirations(deps, place, { now: await databaseNow(deps.databases.orion), seconds });
    return place !== BEGINNING;
  };
  return loop({ name: "expiration-setter", every, runOnce }, deps);
}

/** Deletes runs past their date. */
export function expirationProcessor(deps: Dependencies): Service {
  const { loopSeconds: every, batchSize } = deps.settings.services.dbVacuum;
  const runOnce = async () => deleteExpiredRuns(deps, await databaseNow(deps.databases.orion), batchSize);
  return loop({ name: "expiration-processor", every, runOnce }, deps);
}

/** Deletes the keys of results that may not be used any more. */
export function resultKeyExpiry(deps: Dependencies): Service {
  const { loopSeconds: every, batchSize } = deps.settings.services.dbVacuum;
  const runOnce = async () => deleteExpiredCacheKeys(deps, await databaseNow(deps.databases.orion), batchSize);
  return loop({ name: "result-key-expiry", every, runOnce }, deps);
}
