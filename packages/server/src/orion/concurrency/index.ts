import type { Dependencies } from "../../platform/dependencies.ts";
import type { Route } from "../../platform/http/index.ts";
import { limitRoutes } from "./routes.ts";
import { slotRoutes } from "./slot-routes.ts";
import { SlotQueues } from "./slot-queues.ts";
import { tagLimitRoutes } from "./tags/routes.ts";

export { announceFreed } from "./freed.ts";
export { releaseExpiredLeases } from "./slots.ts";
export { tagLimitName } from "./tag-name.ts";

/*
 * Whoever takes slots in a statement of its own calls the SQL functions of migrations 0002 and 0010 inside it:
 *
 *   orion.acquire_slots(workspace, limits, requested, lease, holder_type, holder_id, seconds)
 *   orion.renew_lease(workspace, lease, expiration)
 *   orion.release_slots(workspace, leases)
 *
 * and reads `orion.concurrency_limit_in_use` for the slots in use. A statement may call acquire_slots once and must lock
 * its own rows before it: the functions lock limits in the order of their ids, and leases after limits.
 */

export function concurrencyRoutes(deps: Dependencies): Route[] {
  const slots = new SlotQueues(deps);
  return [...limitRoutes(deps), ...slotRoutes({ ...deps, slots }), ...tagLimitRoutes({ ...deps, slots })];
}
