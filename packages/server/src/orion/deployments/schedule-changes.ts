import type { DeploymentScheduleCreate, DeploymentScheduleUpdate, Timestamp } from "@praetor/wire";
import type { WorkspaceExecutor } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import type { Ids } from "../../platform/identity.ts";
import type { ScheduleRow } from "./rows.ts";
import { clearSlugs, lockSchedules, type ScheduleValues, scheduleRows, writeSchedules } from "./schedule-queries.ts";
import { changedSchedule, newSchedule, replaceSchedules } from "./schedules.ts";

type Asked = readonly DeploymentScheduleUpdate[];
type Deps = { readonly now: Timestamp; readonly ids: Ids };

/** Slugs tell which schedule is meant; without them all are replaced. */
const haveSlugs = (schedules: readonly { readonly slug: string | null }[]) => schedules.every(({ slug }) => slug !== null);

/**
 * Changes the schedules of a deployment as a request for the whole deployment says: those with a slug one by one, and all together
 * where some that exist have none.
 * @throws ApiError `schedules_without_slugs`, `schedule_rename_invalid`, `schedule_missing`
 */
export async function changeSchedules(deps: Deps, tx: WorkspaceExecutor, deploymentId: string, asked: Asked): Promise<void> {
  const rows = await tx.all(lockSchedules, deploymentId);
  if (rows.length > 0 && haveSlugs(rows)) return changeBySlug(deps, tx, deploymentId, rows, asked);
  const whole = asked.flatMap((each) => (each.schedule === null ? [] : [made(deps, { ...each, schedule: each.schedule })]));
  return replaceSchedules(tx, deploymentId, whole);
}

function made({ now, ids }: Deps, asked: Omit<DeploymentScheduleCreate, "active"> & { active: boolean | null }): ScheduleValues {
  return newSchedule({ asked: { ...asked, active: asked.active ?? true, max_scheduled_runs: null }, now, ids });
}

async function changeBySlug(
  deps: Deps,
  tx: WorkspaceExecutor,
  deploymentId: string,
  rows: readonly ScheduleRow[],
  asked: Asked,
): Promise<void> {
  if (!haveSlugs(asked)) throw apiError("schedules_without_slugs");
  refuseClashes(rows, asked);
  const bySlug = new Map(rows.map((row) => [row.slug, row]));
  const written = asked.map((each) => {
    const row = bySlug.get(each.replaces || each.slug);
    // What a whole deployment says of the number of runs is kept of one that exists.
    if (row !== undefined) return { row, values: changedSchedule(row, each, deps.now) };
    if (each.schedule === null) throw apiError("schedule_missing");
    return { row, values: made(deps, { ...each, schedule: each.schedule }) };
  });
  const renamed = written.flatMap(({ row, values }) => (row === undefined || row.slug === values.slug ? [] : [row.id]));
  await tx.all(clearSlugs, deploymentId, renamed);
  await tx.all(writeSchedules, deploymentId, scheduleRows(written.map(({ values }) => values)));
}

function refuseClashes(rows: readonly ScheduleRow[], asked: Asked): void {
  const replaced = new Set<string>();
  for (const { replaces } of asked) {
    if (!replaces) continue;
    if (replaced.has(replaces)) {
      throw apiError("schedule_rename_invalid", `Multiple schedules have 'replaces' targeting the same slug: ${replaces}`);
    }
    replaced.add(replaces);
  }
  const clash = asked.find(
    ({ slug, replaces }) => slug && replaces && !replaced.has(slug) && rows.some((row) => row.slug === slug),
  );
  if (clash === undefined) return;
  const { slug, replaces } = clash;
  throw apiError(
    "schedule_rename_invalid",
    `Cannot rename schedule from '${replaces}' to '${slug}': a schedule with slug '${slug}' already exists.`,
  );
}
