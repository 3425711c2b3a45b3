import {
  type DeploymentScheduleCreate,
  type DeploymentScheduleUpdate,
  JsonText,
  NO_ANCHOR,
  Schedule,
  type Timestamp,
} from "@praetor/wire";
import type { WorkspaceExecutor } from "../../platform/database/index.ts";
import type { Ids } from "../../platform/identity.ts";
import { anchored } from "../schedules/index.ts";
import type { ScheduleRow } from "./rows.ts";
import { deleteSchedules, lockSchedules, type ScheduleValues, scheduleRows, writeSchedules } from "./schedule-queries.ts";

/** A schedule as it is stored: an interval has an anchor, and a rule says where it begins. */
export function storable(schedule: Schedule, now: Timestamp): JsonText {
  if ("interval" in schedule && schedule.anchor_date === NO_ANCHOR) {
    return new JsonText(Schedule.dump({ ...schedule, anchor_date: now }));
  }
  return new JsonText(Schedule.dump("rrule" in schedule ? anchored(schedule, now) : schedule));
}

interface Asked {
  readonly asked: DeploymentScheduleCreate;
  readonly now: Timestamp;
  readonly ids: Ids;
}

/** A new schedule with an id of its own. */
export function newSchedule({ asked, now, ids }: Asked): ScheduleValues {
  const { active, max_scheduled_runs, parameters, slug } = asked;
  return { id: ids.random(), schedule: storable(asked.schedule, now), active, max_scheduled_runs, parameters, slug };
}

/** What an existing schedule becomes; null leaves a value as it is, but parameters are always those given. */
export function changedSchedule(row: ScheduleRow, asked: DeploymentScheduleUpdate, now: Timestamp): ScheduleValues {
  return {
    id: row.id,
    schedule: asked.schedule === null ? row.schedule : storable(asked.schedule, now),
    active: asked.active ?? row.active,
    max_scheduled_runs: asked.max_scheduled_runs ?? row.max_scheduled_runs,
    parameters: asked.parameters,
    slug: asked.slug ?? row.slug,
  };
}

/**
 * Replaces all schedules of a deployment. One that says the same as one before keeps its id: the keys of its runs begin with it, and
 * so a deployment that is made again, whatever the clocks say, makes no run again.
 */
export async function replaceSchedules(
  tx: WorkspaceExecutor,
  deploymentId: string,
  schedules: readonly ScheduleValues[],
): Promise<void> {
  const before = await tx.all(lockSchedules, deploymentId);
  const left = new Map(before.map((row) => [row.id, row]));
  const written = schedules.map((schedule) => {
    const same = [...left.values()].find((row) => isSame(row, schedule));
    if (same === undefined) return schedule;
    left.delete(same.id);
    return { ...schedule, id: same.id, schedule: same.schedule };
  });
  await tx.all(deleteSchedules, deploymentId, [...left.keys()]);
  await tx.all(writeSchedules, deploymentId, scheduleRows(written));
}

/** Whether the two fire at the same instants under the same name. An anchor that was made up is made up anew each time. */
function isSame(row: ScheduleRow, { slug, schedule }: ScheduleValues): boolean {
  return row.slug === slug && row.schedule.text === schedule.text;
}
