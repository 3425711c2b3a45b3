import { type FlowRunPolicy, noFlowRunPolicy } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import {
  type FlowRunFacts,
  type LimitFacts,
  type RelatedFacts,
  type RunColumns,
  type StateColumns,
  stateOf,
} from "../states/index.ts";
import { PARENT_COLUMNS, PARENT_JOINS, type ParentColumns, parentOf } from "./parent-facts.ts";

type RunColumnsWithoutState = Omit<RunColumns, keyof StateColumns>;

interface FlowRunRow extends StateColumns, RunColumnsWithoutState, ParentColumns {
  readonly id: string;
  readonly name: string;
  readonly tags: string[];
  readonly deployment_id: string | null;
  readonly parent_task_run_id: string | null;
  readonly infrastructure_pid: string | null;
  readonly created_by: FlowRunFacts["surroundings"]["created_by"];
  readonly empirical_policy: Partial<FlowRunPolicy>;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly flow_tags: string[];
  readonly deployment_name: string | null;
  readonly deployment_tags: string[] | null;
  readonly concurrency_options: NonNullable<FlowRunFacts["deployment"]>["concurrency_options"];
  readonly limit_id: string | null;
  readonly limit_active: boolean | null;
  readonly limit_limit: number | null;
  readonly limit_active_slots: number | null;
  readonly lease_id: string | null;
  readonly lease_live: boolean | null;
  readonly work_queue_id: string | null;
  readonly work_queue_name: string | null;
  readonly work_pool_id: string | null;
  readonly work_pool_name: string | null;
  readonly work_pool_type: string | null;
}

/** All that the policies of flow runs look at, for every run of a batch, in one round trip. */
export const readFlowRunFacts = workspaceStatement<[ids: string[]], FlowRunRow>(
  "orchestrate.read-flow-run-facts",
  `select
    run.id, run.name, run.tags, run.deployment_id, run.parent_task_run_id, run.infrastructure_pid, run.created_by,
    run.state_id, run.state_type, run.state_name, run.state_timestamp, run.run_count, run.expected_start_time,
    run.next_scheduled_start_time, run.start_time, run.end_time, run.total_run_time, run.empirical_policy,
    state.message, state.state_details, state.data,
    run.flow_id, flow.name as flow_name, flow.tags as flow_tags,
    deployment.name as deployment_name, deployment.tags as deployment_tags, deployment.concurrency_options,
    "limit".id as limit_id, "limit".active as limit_active, "limit"."limit" as limit_limit,
    "limit".active_slots as limit_active_slots,
    lease.id as lease_id, lease.live as lease_live,
    queue.id as work_queue_id, queue.name as work_queue_name,
    pool.id as work_pool_id, pool.name as work_pool_name, pool.type as work_pool_type,
    ${PARENT_COLUMNS}
  from unnest($2::uuid[]) as asked(id)
  join orion.flow_run as run on run.workspace_id = $1 and run.id = asked.id
  join orion.flow as flow on flow.workspace_id = run.workspace_id and flow.id = run.flow_id
  left join orion.flow_run_state as state on state.workspace_id = run.workspace_id and state.id = run.state_id
  left join orion.deployment as deployment
    on deployment.workspace_id = run.workspace_id and deployment.id = run.deployment_id
  left join orion.concurrency_limit_in_use as "limit" on "limit".id = deployment.concurrency_limit_id
  left join lateral (
    select held.id, held.expiration > statement_timestamp() as live from orion.concurrency_lease as held
    where held.workspace_id = run.workspace_id and held.holder_id = run.id
      and held.id = (state.state_details ->> 'deployment_concurrency_lease_id')::uuid
    limit 1
  ) as lease on true
  left join orion.work_queue as queue on queue.workspace_id = run.workspace_id and queue.id = run.work_queue_id
  left join orion.work_pool as pool on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id
  ${PARENT_JOINS}
`,
);

function named(id: string | null, name: string | null, tags: readonly string[] | null): RelatedFacts | null {
  return id === null || name === null ? null : { id, name, tags: tags ?? [] };
}

function limitOf(row: FlowRunRow): LimitFacts | null {
  if (row.limit_id === null || row.limit_limit === null) return null;
  return {
    id: row.limit_id,
    active: row.limit_active ?? false,
    limit: row.limit_limit,
    free: row.limit_limit - (row.limit_active_slots ?? 0),
  };
}

function deploymentOf(row: FlowRunRow): FlowRunFacts["deployment"] {
  if (row.deployment_id === null || row.deployment_name === null) return null;
  return { id: row.deployment_id, limit: limitOf(row), concurrency_options: row.concurrency_options };
}

function surroundingsOf(row: FlowRunRow): FlowRunFacts["surroundings"] {
  const { work_pool_id, work_pool_name, work_pool_type } = row;
  return {
    flow: { id: row.flow_id, name: row.flow_name, tags: row.flow_tags },
    deployment: row.deployment_name === null ? null : named(row.deployment_id, row.deployment_name, row.deployment_tags),
    work_queue: named(row.work_queue_id, row.work_queue_name, null),
    work_pool:
      work_pool_id === null || work_pool_name === null || work_pool_type === null
        ? null
        : { id: work_pool_id, name: work_pool_name, type: work_pool_type },
    task_run: named(row.parent_id, row.parent_name, row.parent_tags),
    created_by: row.created_by,
  };
}

/** The row as the policies read it. */
export function flowRunFacts(row: FlowRunRow): FlowRunFacts {
  const { id, name, tags, deployment_id, parent_task_run_id, infrastructure_pid } = row;
  return {
    id,
    name,
    tags,
    deployment_id,
    parent_task_run_id,
    infrastructure_pid,
    run: { ...row, empirical_policy: { ...noFlowRunPolicy(), ...row.empirical_policy } },
    state: stateOf(row),
    deployment: deploymentOf(row),
    lease: row.lease_id === null ? null : { id: row.lease_id, live: row.lease_live ?? false },
    parent: parentOf(row),
    failed_task_runs: [],
    surroundings: surroundingsOf(row),
  };
}
