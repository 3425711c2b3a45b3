import type { DeploymentFilter, DeploymentResponse, Page } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { pageCount } from "../../platform/filter/index.ts";
import { announceFreed } from "../concurrency/index.ts";
import { announceIn } from "../outbox/index.ts";
import { announceChange, announceDeployment } from "./announce.ts";
import {
  countDeployments,
  deleteDeployments,
  type DeploymentList,
  deleteScheduledRuns,
  listDeployments,
  lockDeployment,
  lockDeployments,
  readDeployment,
  readDeploymentByName,
  updateDeployment,
} from "./queries.ts";
import { type DeploymentRow, presentDeployment } from "./rows.ts";
import { readSchedules, renewSchedules } from "./schedule-queries.ts";
import { wakeScheduler } from "./wake.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

/** @throws ApiError `deployment_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<DeploymentResponse> {
  const [row, schedules] = await Promise.all([database.first(readDeployment, id), database.all(readSchedules, [id])]);
  if (row === undefined) throw apiError("deployment_not_found");
  return presentDeployment(row, schedules);
}

/** @throws ApiError `deployment_not_found` */
export async function readByName(database: WorkspaceDatabase, flowName: string, name: string): Promise<DeploymentResponse> {
  const row = await database.first(readDeploymentByName, flowName, name);
  if (row === undefined) throw apiError("deployment_not_found");
  return presentDeployment(row, await database.all(readSchedules, [row.id]));
}

export async function list(database: WorkspaceDatabase, asked: DeploymentList): Promise<DeploymentResponse[]> {
  const rows = await listDeployments(database, asked);
  const schedules = rows.length === 0 ? [] : await database.all(readSchedules, idsOf(rows));
  return rows.map((row) => presentDeployment(row, schedules));
}

const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

export async function paginate(
  database: WorkspaceDatabase,
  asked: Omit<DeploymentList, "offset">,
  page: number,
): Promise<Page<DeploymentResponse>> {
  const [results, count] = await Promise.all([
    list(database, { ...asked, offset: (page - 1) * asked.limit }),
    countDeployments(database, asked.filters),
  ]);
  return { results, count, limit: asked.limit, pages: pageCount(count, asked.limit), page };
}

/**
 * Stops or goes on making runs of a deployment. The runs that its schedules have made go with a pause, those whose time has come too.
 * @throws ApiError `deployment_not_found`
 */
export async function setPaused(deps: Deps, database: WorkspaceDatabase, id: string, paused: boolean): Promise<void> {
  await database.transaction(async (tx) => {
    if ((await tx.first(lockDeployment, id)) === undefined) throw apiError("deployment_not_found");
    const before = await tx.first(readDeployment, id);
    if (before === undefined || before.paused === paused) return;
    await updateDeployment(tx, id, { paused });
    await tx.all(renewSchedules, id);
    if (paused) await tx.all(deleteScheduledRuns, [id], true, false);
    await announceIn(tx, announceChange(deps, before, { ...before, paused }));
  });
  if (!paused) wakeScheduler(deps, database.workspaceId);
}

/** Deletes deployments with their schedules and the runs that have not begun; answers the ids of those that were there. */
async function removeRows(deps: Deps, database: WorkspaceDatabase, rows: readonly DeploymentRow[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const doomed = rows.map((row) => {
    const { id, event } = announceDeployment(deps, "deleted", row);
    return { id: row.id, event_id: id, event };
  });
  const gone = await database.transaction(async (tx) => {
    await tx.all(lockDeployments, idsOf(rows));
    await tx.all(deleteScheduledRuns, idsOf(rows), false, false);
    return idsOf(await tx.all(deleteDeployments, JSON.stringify(doomed)));
  });
  if (gone.length > 0) await announceFreed(deps, database.workspaceId, null);
  return gone;
}

/** @throws ApiError `deployment_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, id: string): Promise<void> {
  const row = await database.first(readDeployment, id);
  const gone = row === undefined ? [] : await removeRows(deps, database, [row]);
  if (gone.length === 0) throw apiError("deployment_not_found");
}

/** Deletes up to `limit` of the deployments that match, and answers their ids. */
export async function removeMany(
  deps: Deps,
  database: WorkspaceDatabase,
  deployments: DeploymentFilter | null,
  limit: number,
): Promise<string[]> {
  const rows = await listDeployments(database, { filters: { deployments }, sort: "NAME_ASC", limit, offset: 0 });
  const gone = new Set(await removeRows(deps, database, rows));
  return idsOf(rows).filter((id) => gone.has(id));
}
