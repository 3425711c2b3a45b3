import type { Bus } from "../../platform/bus/index.ts";

/**
 * Wakes whoever waits for slots of these limits, in every process; null where it is not known which. It only hastens: were
 * it lost, waiting callers would ask again in seconds.
 */
export async function announceFreed(
  { bus }: { readonly bus: Bus },
  workspaceId: string,
  limits: readonly string[] | null,
): Promise<void> {
  if (limits === null || limits.length > 0) await bus.publish("slots", [{ workspaceId, limits }]).catch(() => {});
}
