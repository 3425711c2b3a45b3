import {
  type ConcurrencyOptions,
  type DeploymentResponse,
  type DeploymentSchedule,
  type GlobalConcurrencyLimitResponse,
  JsonText,
  Schedule,
} from "@praetor/wire";
import { Fragment } from "../../platform/database/index.ts";

/** A deployment as it is read: what belongs to its queue and its limit stands in columns of its own. */
export interface DeploymentRow
  extends Omit<DeploymentResponse, "schedules" | "concurrency_limit" | "global_concurrency_limit" | "labels"> {
  readonly labels: JsonText | null;
  readonly work_pool_id: string | null;
  readonly work_pool_type: string | null;
  readonly work_pool_template: JsonText | null;
  readonly flow_name: string;
  readonly limit_id: string | null;
  readonly limit_name: string;
  readonly limit_created: GlobalConcurrencyLimitResponse["created"];
  readonly limit_updated: GlobalConcurrencyLimitResponse["updated"];
  readonly limit_active: boolean;
  readonly limit_value: number;
  readonly limit_active_slots: number;
  readonly limit_decay: number;
}

export const DEPLOYMENT_COLUMNS = `deployment.id, deployment.created, deployment.updated, deployment.name, deployment.version,
  deployment.description, deployment.flow_id, deployment.paused, deployment.concurrency_options, deployment.job_variables,
  deployment.parameters, deployment.tags, deployment.labels, coalesce(queue.name, deployment.work_queue_name) as work_queue_name,
  deployment.work_queue_id, deployment.last_polled, deployment.parameter_openapi_schema, deployment.path, deployment.pull_steps,
  deployment.entrypoint, deployment.storage_document_id, deployment.infrastructure_document_id, deployment.created_by,
  deployment.updated_by, deployment.status, deployment.enforce_parameter_schema,
  pool.id as work_pool_id, pool.name as work_pool_name, pool.type as work_pool_type, pool.base_job_template as work_pool_template,
  flow.name as flow_name, in_use.id as limit_id, in_use.name as limit_name, in_use.created as limit_created,
  in_use.updated as limit_updated, in_use.active as limit_active, in_use."limit" as limit_value,
  in_use.active_slots as limit_active_slots, in_use.slot_decay_per_second as limit_decay`;

export const DEPLOYMENT_JOINS = `
  join orion.flow as flow on flow.workspace_id = deployment.workspace_id and flow.id = deployment.flow_id
  left join orion.work_queue as queue on queue.workspace_id = deployment.workspace_id and queue.id = deployment.work_queue_id
  left join orion.work_pool as pool on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
  left join orion.concurrency_limit_in_use as in_use
    on in_use.workspace_id = deployment.workspace_id and in_use.id = deployment.concurrency_limit_id`;

export const deploymentColumns = Fragment.text(DEPLOYMENT_COLUMNS);
export const deploymentJoins = Fragment.text(DEPLOYMENT_JOINS);

/** A schedule as it is read; its JSON is one that the wire has written. */
export interface ScheduleRow extends Omit<DeploymentSchedule, "schedule" | "deployment_id"> {
  readonly deployment_id: string;
  readonly schedule: JsonText;
}

export const SCHEDULE_COLUMNS = "id, created, updated, deployment_id, schedule, active, max_scheduled_runs, parameters, slug";

export function presentSchedule(row: ScheduleRow): DeploymentSchedule {
  return { ...row, schedule: storedSchedule(row.schedule) };
}

/** @throws Error when the text is not one that was stored */
export function storedSchedule(text: JsonText): Schedule {
  const parsed = Schedule.parse(text.value());
  if (!parsed.ok) throw new Error("A stored schedule cannot be read.");
  return parsed.value;
}

function limitOf(row: DeploymentRow): GlobalConcurrencyLimitResponse | null {
  if (row.limit_id === null) return null;
  return {
    id: row.limit_id,
    created: row.limit_created,
    updated: row.limit_updated,
    active: row.limit_active,
    name: row.limit_name,
    limit: row.limit_value,
    active_slots: row.limit_active_slots,
    slot_decay_per_second: row.limit_decay,
  };
}

const NO_LABELS = new JsonText("{}");

/** The deployment as it is answered. */
export function presentDeployment(row: DeploymentRow, schedules: readonly ScheduleRow[]): DeploymentResponse {
  const options: ConcurrencyOptions | null = row.concurrency_options && {
    collision_strategy: row.concurrency_options.collision_strategy,
    grace_period_seconds: row.concurrency_options.grace_period_seconds ?? null,
  };
  return {
    ...row,
    labels: row.labels ?? NO_LABELS,
    concurrency_options: options,
    schedules: schedules.filter(({ deployment_id }) => deployment_id === row.id).map(presentSchedule),
    concurrency_limit: null,
    global_concurrency_limit: limitOf(row),
  };
}
