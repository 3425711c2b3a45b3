import type { FlowRunPolicy, JsonText, Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";

/** A schedule that wants runs, with its deployment. */
export interface DueSchedule {
  readonly workspace_id: string;
  readonly id: string;
  readonly deployment_id: string;
  readonly schedule: JsonText;
  readonly parameters: JsonText;
  readonly slug: string | null;
  readonly scheduled_until: Timestamp;
  readonly deployment_parameters: JsonText;
  readonly deployment_labels: JsonText | null;
  readonly flow_id: string;
  readonly catch_up: "none" | "latest" | "all" | "recent";
  readonly catch_up_seconds: number | null;
}

const COLUMNS = `schedule.workspace_id, schedule.id, schedule.deployment_id, schedule.schedule, schedule.parameters, schedule.slug,
  schedule.scheduled_until, deployment.parameters as deployment_parameters, deployment.labels as deployment_labels,
  deployment.flow_id, deployment.catch_up, deployment.catch_up_seconds`;
const TABLES = `orion.deployment_schedule as schedule join orion.deployment as deployment
  on deployment.workspace_id = schedule.workspace_id and deployment.id = schedule.deployment_id`;

/** The clock that all schedulers agree on. */
export const readClock = systemStatement<[], { now: Timestamp }>("scheduler.read-clock", "select clock_timestamp() as now");

/**
 * Takes schedules that want runs, the longest waiting first, and holds them and their deployments until the transaction ends. What
 * another scheduler or a change of the deployment holds is left to the next pass.
 */
export const claimDue = systemStatement<[now: Timestamp, limit: number], DueSchedule>(
  "scheduler.claim-due",
  `select ${COLUMNS} from ${TABLES}
  where schedule.due <= $1 order by schedule.due limit $2
  for update of schedule skip locked for share of deployment skip locked`,
  { alone: true },
);

/** As `claimDue`, of those that have not had any runs since their deployment was made or changed. */
export const claimFresh = systemStatement<[now: Timestamp, limit: number], DueSchedule>(
  "scheduler.claim-fresh",
  `select ${COLUMNS} from ${TABLES}
  where schedule.due <= $1 and schedule.scheduled_until < schedule.due order by schedule.due limit $2
  for update of schedule skip locked for share of deployment skip locked`,
  { alone: true },
);

/** The active schedules of one deployment, held as by `claimDue`, but waited for. */
export const claimActive = systemStatement<[workspaceId: string, deploymentId: string], DueSchedule>(
  "scheduler.claim-active",
  `select ${COLUMNS} from ${TABLES}
  where schedule.workspace_id = $1 and schedule.deployment_id = $2 and schedule.active
  order by schedule.id for update of schedule for share of deployment`,
  { alone: true },
);

/**
 * Makes runs with their first states: `$1` holds what the runs of each schedule have in common, `$2` the runs. One whose key has made
 * a run already is not made again. What a deployment says is taken as it is now.
 */
export const insertScheduledRuns = systemStatement<
  [schedules: string, runs: string, now: Timestamp, policy: FlowRunPolicy],
  { id: string }
>(
  "scheduler.insert-runs",
  `with common as materialized (
    select row.*, deployment.flow_id, deployment.version, deployment.tags, deployment.infrastructure_document_id,
      deployment.work_queue_id, coalesce(queue.name, deployment.work_queue_name) as work_queue_name
    from json_to_recordset($1::json) as row(
      workspace_id uuid, schedule_id uuid, deployment_id uuid, parameters text, labels text, created_by jsonb)
    join orion.deployment as deployment on deployment.workspace_id = row.workspace_id and deployment.id = row.deployment_id
    left join orion.work_queue as queue on queue.workspace_id = row.workspace_id and queue.id = deployment.work_queue_id
  ), proposed as materialized (
    select common.*, row.id as run_id, row.state_id, row.name, row.key, row.at, row.details
    from json_to_recordset($2::json) as row(schedule_id uuid, id uuid, state_id uuid, name text, key text, at timestamptz, details jsonb)
    join common on common.schedule_id = row.schedule_id
  ), inserted as (
    insert into orion.flow_run (
      workspace_id, id, created, updated, flow_id, name, state_id, state_type, state_name, state_timestamp, expected_start_time,
      next_scheduled_start_time, empirical_policy, parameters, tags, labels, created_by, idempotency_key, auto_scheduled, deployment_id,
      deployment_version, infrastructure_document_id, work_queue_id, work_queue_name)
    select workspace_id, run_id, $3, $3, flow_id, name, state_id, 'SCHEDULED', 'Scheduled', $3, at, at, $4::jsonb, parameters::json,
      array['auto-scheduled'] || tags, labels::json, created_by, key, true, deployment_id, version, infrastructure_document_id,
      work_queue_id, work_queue_name
    from proposed
    on conflict (workspace_id, flow_id, idempotency_key) where idempotency_key is not null do nothing
    returning workspace_id, id
  )
  insert into orion.flow_run_state (workspace_id, id, created, updated, flow_run_id, type, name, timestamp, message, state_details)
  select proposed.workspace_id, state_id, $3, $3, run_id, 'SCHEDULED', 'Scheduled', $3, 'Flow run scheduled',
    details
  from proposed join inserted on inserted.workspace_id = proposed.workspace_id and inserted.id = proposed.run_id
  returning flow_run_id as id`,
  { alone: true },
);

/** Notes how far schedules have come. `$1` holds a row for each. */
export const advanceSchedules = systemStatement<[schedules: string], unknown>(
  "scheduler.advance",
  `update orion.deployment_schedule as schedule
  set scheduled_until = greatest(schedule.scheduled_until, row.until), due = row.due, fault = row.fault
  from json_to_recordset($1::json) as row(workspace_id uuid, id uuid, until timestamptz, due timestamptz, fault text)
  where schedule.workspace_id = row.workspace_id and schedule.id = row.id`,
  { alone: true },
);
