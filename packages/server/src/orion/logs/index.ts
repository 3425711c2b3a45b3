import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { deleteLogsOfRuns } from "./queries.ts";

export { createLogPartitions } from "./partitions.ts";
export { logRoutes } from "./routes.ts";
export { logsOut } from "./socket.ts";

/** Deletes what these runs logged. `database` is the events database, which may be another than that of the runs. */
export async function deleteLogs(
  database: WorkspaceDatabase,
  runs: { readonly flowRunIds?: readonly string[]; readonly taskRunIds?: readonly string[] },
): Promise<void> {
  await database.all(deleteLogsOfRuns, runs.flowRunIds ?? [], runs.taskRunIds ?? []);
}
