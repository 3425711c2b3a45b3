import type { JsonText } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import { SCHEDULE_COLUMNS, type ScheduleRow } from "./rows.ts";

export const readSchedules = workspaceStatement<[deploymentIds: readonly string[]], ScheduleRow>(
  "deployment-schedule.read",
  `select ${SCHEDULE_COLUMNS} from orion.deployment_schedule
  where workspace_id = $1 and deployment_id = any($2::uuid[]) order by updated desc, created desc, id`,
);

/** Those of a deployment, held against schedulers until the transaction ends. */
export const lockSchedules = workspaceStatement<[deploymentId: string], ScheduleRow>(
  "deployment-schedule.lock",
  `select ${SCHEDULE_COLUMNS} from orion.deployment_schedule
  where workspace_id = $1 and deployment_id = $2 order by id for update`,
  { alone: true },
);

/**
 * Writes schedules of a deployment, those whose ids exist over what they were. `$3` holds a row for each. Their runs are to be made
 * anew from now on.
 */
export const writeSchedules = workspaceStatement<[deploymentId: string, schedules: string], ScheduleRow>(
  "deployment-schedule.write",
  `insert into orion.deployment_schedule
    (workspace_id, id, deployment_id, schedule, active, max_scheduled_runs, parameters, slug, created, updated, scheduled_until, due)
  select $1, row.id, $2, row.schedule::json, row.active, row.max_scheduled_runs, row.parameters::json, row.slug, now(), now(),
    now() - interval '1 microsecond', case when row.active and not deployment.paused then now() end
  from json_to_recordset($3::json) as row(
    id uuid, schedule text, active boolean, max_scheduled_runs integer, parameters text, slug text)
  join orion.deployment as deployment on deployment.workspace_id = $1 and deployment.id = $2
  on conflict (workspace_id, id) do update set
    schedule = excluded.schedule, active = excluded.active, max_scheduled_runs = excluded.max_scheduled_runs,
    parameters = excluded.parameters, slug = excluded.slug, updated = excluded.updated, scheduled_until = excluded.scheduled_until,
    due = excluded.due, fault = null
  returning ${SCHEDULE_COLUMNS}`,
  { alone: true },
);

export const deleteSchedules = workspaceStatement<[deploymentId: string, ids: readonly string[]], { id: string }>(
  "deployment-schedule.delete",
  `delete from orion.deployment_schedule where workspace_id = $1 and deployment_id = $2 and id = any($3::uuid[]) returning id`,
  { alone: true },
);

/** Old slugs, out of the way of new ones that may be the same. */
export const clearSlugs = workspaceStatement<[deploymentId: string, ids: readonly string[]], unknown>(
  "deployment-schedule.clear-slugs",
  "update orion.deployment_schedule set slug = null where workspace_id = $1 and deployment_id = $2 and id = any($3::uuid[])",
  { alone: true },
);

/** Has the runs of a deployment made anew from now on, or no more, while it is paused. */
export const renewSchedules = workspaceStatement<[deploymentId: string], unknown>(
  "deployment-schedule.renew",
  `update orion.deployment_schedule as schedule
  set scheduled_until = now() - interval '1 microsecond', fault = null, due = case when schedule.active and not deployment.paused then now() end
  from orion.deployment as deployment
  where schedule.workspace_id = $1 and schedule.deployment_id = $2
    and deployment.workspace_id = $1 and deployment.id = schedule.deployment_id`,
  { alone: true },
);

/** A schedule as it is to be written. */
export interface ScheduleValues {
  readonly id: string;
  readonly schedule: JsonText;
  readonly active: boolean;
  readonly max_scheduled_runs: number | null;
  readonly parameters: JsonText;
  readonly slug: string | null;
}

/** The second parameter of `writeSchedules`. */
export function scheduleRows(schedules: readonly ScheduleValues[]): string {
  return JSON.stringify(
    schedules.map(({ schedule, parameters, ...rest }) => ({ ...rest, schedule: schedule.text, parameters: parameters.text })),
  );
}
