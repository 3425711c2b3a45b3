import type { Dependencies } from "../../platform/dependencies.ts";

/** Tells schedulers that a deployment wants runs; one that is not told finds it out at its next pass. */
export function wakeScheduler({ bus, log }: Pick<Dependencies, "bus" | "log">, workspaceId: string): void {
  bus.publish("schedules", [{ workspaceId }]).catch((error: unknown) => log.warn({ err: error }, "no scheduler was woken"));
}
