import type { Bus } from "../../platform/bus/index.ts";

/**
 * Wakes whoever waits for slots of these limits, in every process; null where it is not known which. `slots` is how many came free, where somebody counted. It only hastens: were
 * it lost, waiting callers would ask again in seconds.
 */
export async function announceFreed(
  { bus }: { readonly bus: Bus },
  workspaceId: string,
  limits: readonly string[] | null,
  slots = 0,
): Promise<void> {
  if (limits === null || limits.length > 0) await bus.publish("slots", [{ workspaceId, limits, slots }]).catch(() => {});
}
