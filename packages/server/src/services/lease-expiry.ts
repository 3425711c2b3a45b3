import { releaseExpiredLeases } from "../orion/concurrency/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { loop, type Service } from "../platform/service.ts";

const LEASES_A_PASS = 500;

/** Removes leases that have expired. Nobody waits for it: an expired lease holds no slot. */
export function leaseExpiry(deps: Dependencies): Service {
  const every = deps.settings.services.repossessor.loopSeconds;
  return loop({ name: "lease-expiry", every, runOnce: () => runOnce(deps) }, deps);
}

/** One pass; whether it left any. */
export async function runOnce(deps: Pick<Dependencies, "databases">, leases: number = LEASES_A_PASS): Promise<boolean> {
  return (await releaseExpiredLeases(deps.databases.orion, leases)) === leases;
}
