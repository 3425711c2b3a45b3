import type { DeploymentSchedule, DeploymentScheduleCreate, DeploymentScheduleUpdate } from "@praetor/wire";
import { IntegrityViolation, type WorkspaceDatabase, type WorkspaceExecutor } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { deleteScheduledRuns, lockDeployment, readDeployment } from "./queries.ts";
import { presentSchedule } from "./rows.ts";
import {
  deleteSchedules,
  lockSchedules,
  readSchedules,
  renewSchedules,
  scheduleRows,
  writeSchedules,
} from "./schedule-queries.ts";
import { changedSchedule, newSchedule } from "./schedules.ts";
import { wakeScheduler } from "./wake.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

const missing = () => apiError("deployment_not_found", "Deployment not found.");

/** @throws ApiError `deployment_not_found` */
export async function readAll(database: WorkspaceDatabase, deploymentId: string): Promise<DeploymentSchedule[]> {
  const [deployment, rows] = await Promise.all([
    database.first(readDeployment, deploymentId),
    database.all(readSchedules, [deploymentId]),
  ]);
  if (deployment === undefined) throw missing();
  return rows.map(presentSchedule);
}

/** Holds the deployment, so that its schedules change one request at a time and no scheduler sees them half changed. */
async function change<T>(
  deps: Deps,
  database: WorkspaceDatabase,
  deploymentId: string,
  work: (tx: WorkspaceExecutor) => Promise<T>,
): Promise<T> {
  const done = await database.transaction(async (tx) => {
    if ((await tx.first(lockDeployment, deploymentId)) === undefined) throw missing();
    return work(tx);
  });
  wakeScheduler(deps, database.workspaceId);
  return done;
}

/**
 * Adds schedules to a deployment.
 * @throws ApiError `deployment_not_found`, `schedule_slug_taken`
 */
export async function add(
  deps: Deps,
  database: WorkspaceDatabase,
  deploymentId: string,
  asked: readonly DeploymentScheduleCreate[],
): Promise<DeploymentSchedule[]> {
  const now = deps.clock.now();
  const schedules = asked.map((each) => newSchedule({ asked: each, now, ids: deps.ids }));
  try {
    const rows = await change(deps, database, deploymentId, (tx) =>
      tx.all(writeSchedules, deploymentId, scheduleRows(schedules)),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return schedules.flatMap(({ id }) => byId.get(id) ?? []).map(presentSchedule);
  } catch (error) {
    if (error instanceof IntegrityViolation) throw apiError("schedule_slug_taken");
    throw error;
  }
}

/**
 * Changes one schedule; all runs to come of the deployment are made anew.
 * @throws ApiError `deployment_not_found`, `schedule_not_found`, `schedule_slug_taken`
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  { deploymentId, scheduleId }: { readonly deploymentId: string; readonly scheduleId: string },
  asked: DeploymentScheduleUpdate,
): Promise<void> {
  try {
    await change(deps, database, deploymentId, async (tx) => {
      const row = (await tx.all(lockSchedules, deploymentId)).find(({ id }) => id === scheduleId);
      if (row === undefined) throw apiError("schedule_not_found");
      await tx.all(writeSchedules, deploymentId, scheduleRows([changedSchedule(row, asked, deps.clock.now())]));
      await tx.all(renewSchedules, deploymentId);
      await tx.all(deleteScheduledRuns, [deploymentId], true, true);
    });
  } catch (error) {
    if (error instanceof IntegrityViolation) throw apiError("schedule_slug_taken");
    throw error;
  }
}

/** @throws ApiError `deployment_not_found`, `schedule_not_found` */
export async function remove(
  deps: Deps,
  database: WorkspaceDatabase,
  { deploymentId, scheduleId }: { readonly deploymentId: string; readonly scheduleId: string },
): Promise<void> {
  await change(deps, database, deploymentId, async (tx) => {
    const gone = await tx.all(deleteSchedules, deploymentId, [scheduleId]);
    if (gone.length === 0) throw apiError("schedule_not_found");
    await tx.all(renewSchedules, deploymentId);
    await tx.all(deleteScheduledRuns, [deploymentId], true, false);
  });
}
