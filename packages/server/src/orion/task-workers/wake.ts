import type { Dependencies } from "../../platform/dependencies.ts";

/** Hastens a task run that waits to a worker; were this lost, the next look of a worker's socket would find the row. */
export function tellTaskWorkers({ bus, log }: Pick<Dependencies, "bus" | "log">, workspaceId: string, taskKey: string): void {
  bus.publish("deferred-tasks", [{ workspaceId, taskKey }]).catch((error: unknown) => {
    log.warn({ err: error }, "task workers could not be told of a task run");
  });
}
