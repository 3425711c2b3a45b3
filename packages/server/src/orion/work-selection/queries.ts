import type { FlowRun, JsonText, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";
import { FLOW_RUN_COLUMNS, FLOW_RUN_JOINS, type FlowRunRow, RUN_COLUMNS } from "../flow-runs/index.ts";

/** A run that is offered: without its state, which workers do not look at. */
export interface OfferedRow extends Omit<FlowRun, "state" | "estimated_run_time" | "estimated_start_time_delta"> {
  readonly state_timestamp: Timestamp | null;
  readonly queue_id: string;
  readonly pool_id: string;
}

/** What a run that waits for its process must be to be offered: a retry inside its process is that process's own affair. */
const WAITS = "due.state_type = 'SCHEDULED' and due.empirical_policy ->> 'retry_type' is distinct from 'in_process'";
const BETWEEN = (before: string, after: string) =>
  `due.next_scheduled_start_time <= coalesce(${before}::timestamptz, 'infinity')
        and due.next_scheduled_start_time >= coalesce(${after}::timestamptz, '-infinity')`;

/** Slots of a pool or a queue that are left; null without a limit, which `least` passes over. */
const left = (limited: string, held: string) =>
  `case when ${limited}.concurrency_limit is not null then greatest(0, ${limited}.concurrency_limit - (${held})) end`;

/**
 * The runs that a pool offers, in the order in which they are to be submitted: by their queues' priority, then by time. Each queue
 * gives as many as it has slots left, and all together as many as the pool has. Rows that somebody is writing are passed over:
 * they are being submitted, or cancelled. Nothing is reserved; whoever proposes PENDING first has the run.
 */
export const selectFromPool = workspaceStatement<
  [poolName: string, queues: readonly string[] | null, before: Timestamp | null, after: Timestamp | null, limit: number],
  OfferedRow
>(
  "work-selection.of-pool",
  `select ${RUN_COLUMNS}, offered.queue_id, pool.id as pool_id
  from orion.work_pool as pool
  cross join lateral (
    select due.id, queue.id as queue_id, queue.priority, due.next_scheduled_start_time
    from orion.work_queue as queue
    cross join lateral (
      select due.id, due.next_scheduled_start_time from orion.flow_run as due
      where due.workspace_id = $1 and due.work_queue_id = queue.id and ${BETWEEN("$4", "$5")} and ${WAITS}
      order by due.next_scheduled_start_time
      limit least($6::integer, ${left(
        "queue",
        `select count(*) from orion.flow_run as held
        where held.workspace_id = $1 and held.active_queue_id = queue.id and held.state_type <> 'CANCELLING'`,
      )})
      for no key update skip locked
    ) as due
    where queue.workspace_id = $1 and queue.work_pool_id = pool.id and not queue.is_paused
      and ($3::text[] is null or queue.name = any($3))
    order by queue.priority, due.next_scheduled_start_time
    limit least($6::integer, ${left(
      "pool",
      `select count(*) from orion.work_queue as own
      join orion.flow_run as held on held.workspace_id = $1 and held.active_queue_id = own.id
      where own.workspace_id = $1 and own.work_pool_id = pool.id and held.state_type <> 'CANCELLING'`,
    )})
  ) as offered
  join orion.flow_run as run on run.workspace_id = $1 and run.id = offered.id
  where pool.workspace_id = $1 and pool.name = $2 and not pool.is_paused
  order by offered.priority, offered.next_scheduled_start_time`,
);

/** The runs of one queue; here a run that is being cancelled still holds its slot. */
export const selectFromQueue = workspaceStatement<[queueId: string, before: Timestamp | null, limit: number], FlowRunRow>(
  "work-selection.of-queue",
  `select ${FLOW_RUN_COLUMNS}
  from orion.work_queue as asked
  cross join lateral (
    select due.id from orion.flow_run as due
    where due.workspace_id = $1 and due.work_queue_id = asked.id and due.state_type = 'SCHEDULED'
      and due.next_scheduled_start_time <= coalesce($3::timestamptz, 'infinity')
    order by due.next_scheduled_start_time, due.id
    limit least($4::integer, ${left(
      "asked",
      "select count(*) from orion.flow_run as held where held.workspace_id = $1 and held.active_queue_id = asked.id",
    )})
    for no key update skip locked
  ) as offered
  join orion.flow_run as run on run.workspace_id = $1 and run.id = offered.id
  ${FLOW_RUN_JOINS}
  where asked.workspace_id = $1 and asked.id = $2 and not asked.is_paused
  order by run.next_scheduled_start_time, run.id`,
);

/** What a queue without a pool chooses of all runs: those of deployments, by tags and by deployment. */
const chosen = (run: string) =>
  `${run}.workspace_id = $1 and ${run}.deployment_id is not null
      and ($5::text[] is null or ${run}.tags @> $5) and ($6::uuid[] is null or ${run}.deployment_id = any($6))`;

/**
 * The runs that a queue without a pool chooses by tags and deployments. Its slots are held by the runs that it would have chosen,
 * wherever they run; one that is being cancelled holds none.
 */
export const selectByFilter = workspaceStatement<
  [
    queueId: string,
    before: Timestamp | null,
    limit: number,
    tags: readonly string[] | null,
    deployments: readonly string[] | null,
  ],
  FlowRunRow
>(
  "work-selection.by-filter",
  `select ${FLOW_RUN_COLUMNS}
  from orion.work_queue as asked
  cross join lateral (
    select due.id from orion.flow_run as due
    where ${chosen("due")} and due.state_type = 'SCHEDULED'
      and due.next_scheduled_start_time <= coalesce($3::timestamptz, 'infinity')
    order by due.next_scheduled_start_time, due.id
    limit least($4::integer, ${left(
      "asked",
      `select count(*) from orion.flow_run as held where ${chosen("held")} and held.state_type in ('PENDING', 'RUNNING')`,
    )})
  ) as offered
  join orion.flow_run as run on run.workspace_id = $1 and run.id = offered.id
  ${FLOW_RUN_JOINS}
  where asked.workspace_id = $1 and asked.id = $2 and not asked.is_paused
  order by run.next_scheduled_start_time, run.id`,
  { alone: true },
);

/** What a queue chooses by; the row is there if the queue is. */
export const readQueueChoice = workspaceStatement<[queueId: string], { filter: JsonText | null }>(
  "work-selection.read-choice",
  "select filter from orion.work_queue where workspace_id = $1 and id = $2",
);
