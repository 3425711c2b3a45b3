import type { JsonText, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import { CONSEQUENCES, FLOW_RUN_ROWS, PARENT_COLUMNS, type ParentColumns } from "../orchestrate/index.ts";

/** What a new run refers to, as it is looked up before the run is made. */
export interface References {
  readonly flow_id: string;
  readonly idempotency_key: string | null;
  readonly deployment_id: string | null;
  readonly parent_task_run_id: string | null;
  readonly infrastructure_document_id: string | null;
  readonly work_pool_name: string | null;
  readonly work_queue_name: string | null;
}

export interface Surroundings extends ParentColumns {
  readonly position: number;
  /** The run that this key already made. */
  readonly existing_id: string | null;
  readonly flow_name: string | null;
  readonly flow_tags: string[] | null;
  readonly flow_labels: JsonText | null;
  readonly deployment_name: string | null;
  readonly deployment_tags: string[] | null;
  readonly deployment_labels: JsonText | null;
  readonly deployment_version: string | null;
  readonly work_pool_id: string | null;
  readonly work_pool_name: string | null;
  readonly work_pool_type: string | null;
  readonly work_queue_id: string | null;
  readonly work_queue_name: string | null;
  readonly infrastructure_id: string | null;
}

/** Looks up what a batch of new runs refers to; each reference answers at its position. A pool alone means its default queue. */
export const readSurroundings = workspaceStatement<[references: string], Surroundings>(
  "flow-run.read-surroundings",
  `select
    asked.position, existing.id as existing_id,
    flow.name as flow_name, flow.tags as flow_tags, flow.labels as flow_labels,
    deployment.name as deployment_name, deployment.tags as deployment_tags, deployment.labels as deployment_labels,
    deployment.version as deployment_version,
    pool.id as work_pool_id, pool.name as work_pool_name, pool.type as work_pool_type,
    queue.id as work_queue_id, queue.name as work_queue_name, infrastructure.id as infrastructure_id,
    ${PARENT_COLUMNS.replaceAll("run.workspace_id", "$1")}
  from json_to_recordset($2::json) as asked(
    position integer, flow_id uuid, idempotency_key text, deployment_id uuid, parent_task_run_id uuid,
    infrastructure_document_id uuid, work_pool_name text, work_queue_name text)
  left join orion.flow_run as existing
    on existing.workspace_id = $1 and existing.flow_id = asked.flow_id and existing.idempotency_key = asked.idempotency_key
  left join orion.flow as flow on flow.workspace_id = $1 and flow.id = asked.flow_id
  left join orion.deployment as deployment on deployment.workspace_id = $1 and deployment.id = asked.deployment_id
  left join orion.block_document as infrastructure
    on infrastructure.workspace_id = $1 and infrastructure.id = asked.infrastructure_document_id
  left join orion.work_pool as pool on pool.workspace_id = $1 and pool.name = asked.work_pool_name
  left join orion.work_queue as queue on queue.workspace_id = $1 and queue.work_pool_id = pool.id
    and (queue.name = asked.work_queue_name or (asked.work_queue_name is null and queue.id = pool.default_queue_id))
  left join orion.task_run as parent on parent.workspace_id = $1 and parent.id = asked.parent_task_run_id
  left join orion.task_run_state as parent_state on parent_state.workspace_id = $1 and parent_state.id = parent.state_id
  /* workspace_id = $1 */`,
);

/**
 * Makes every run of a batch with its first state. A run whose idempotency key was used meanwhile is not made and not
 * answered. Parameters as of `writeFlowRuns`, `$2` holding besides what a run is made of.
 */
export const insertFlowRuns = workspaceStatement<[runs: string, taskRuns: string, now: Timestamp], { id: string }>(
  "flow-run.insert",
  `with proposed as materialized (
    select * from json_to_recordset($2::json) as row(
      created timestamptz, name text, flow_id uuid, flow_version text, parameters text, context text, tags text[], labels text, created_by jsonb,
      idempotency_key text, auto_scheduled boolean, deployment_id uuid, deployment_version text, parent_task_run_id uuid,
      infrastructure_document_id uuid, job_variables text, work_queue_id uuid, work_queue_name text, ${FLOW_RUN_ROWS})
  ), inserted as (
    insert into orion.flow_run (
      workspace_id, id, created, updated, flow_id, name, state_id, state_type, state_name, state_timestamp, run_count,
      expected_start_time, next_scheduled_start_time, start_time, end_time, pause_timeout, total_run_time, parameters, context,
      empirical_policy, tags, labels, created_by, idempotency_key, auto_scheduled, deployment_id, deployment_version,
      flow_version, parent_task_run_id, infrastructure_document_id, job_variables, work_queue_id, work_queue_name)
    select
      $1, run_id, created, created, flow_id, name, state_id, state_type, state_name, state_timestamp, run_count,
      expected_start_time, next_scheduled_start_time, start_time, end_time, pause_timeout, total_run_time, parameters::json,
      context::json, empirical_policy, tags, labels::json, created_by, idempotency_key, auto_scheduled, deployment_id,
      deployment_version, flow_version, parent_task_run_id, infrastructure_document_id, job_variables::json, work_queue_id,
      work_queue_name
    from proposed
    on conflict (workspace_id, flow_id, idempotency_key) where idempotency_key is not null do nothing
    returning id
  ), written as (
    select proposed.* from proposed join inserted on inserted.id = proposed.run_id
  ), ${CONSEQUENCES}`,
);
