import type { StateType, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

/** A run that holds a slot. */
export interface Holder {
  readonly id: string;
  readonly name: string;
  readonly state_type: StateType | null;
  readonly state_name: string | null;
  readonly start_time: Timestamp | null;
  readonly state_timestamp: Timestamp | null;
  readonly work_queue_id: string;
}
const HOLDER = "run.id, run.name, run.state_type, run.state_name, run.start_time, run.state_timestamp";

interface Pool {
  readonly id: string;
  readonly concurrency_limit: number | null;
  readonly queues: number;
  readonly active: number;
}

export const readPoolSlots = workspaceStatement<[name: string], Pool>(
  "slot-holders.read-pool",
  `select pool.id, pool.concurrency_limit, (
    select count(*) from orion.work_queue as queue where queue.workspace_id = $1 and queue.work_pool_id = pool.id
  ) as queues, (
    select count(*) from orion.work_queue as queue
    join orion.flow_run as run on run.workspace_id = $1 and run.active_queue_id = queue.id and run.state_type <> 'CANCELLING'
    where queue.workspace_id = $1 and queue.work_pool_id = pool.id
  ) as active
  from orion.work_pool as pool where pool.workspace_id = $1 and pool.name = $2`,
);

interface QueueOfPool {
  readonly id: string;
  readonly name: string;
  readonly concurrency_limit: number | null;
  readonly active: number;
}

export const listQueueSlots = workspaceStatement<[poolId: string, limit: number, offset: number], QueueOfPool>(
  "slot-holders.list-queues",
  `select queue.id, queue.name, queue.concurrency_limit, (
    select count(*) from orion.flow_run as run
    where run.workspace_id = $1 and run.active_queue_id = queue.id and run.state_type <> 'CANCELLING'
  ) as active
  from orion.work_queue as queue where queue.workspace_id = $1 and queue.work_pool_id = $2
  order by queue.priority, queue.name limit $3 offset $4`,
);

export const listHoldersByQueue = workspaceStatement<[queueIds: readonly string[], limit: number], Holder>(
  "slot-holders.list-by-queue",
  `select ${HOLDER}, queue.id as work_queue_id
  from unnest($2::uuid[]) as queue(id)
  cross join lateral (
    select held.* from orion.flow_run as held
    where held.workspace_id = $1 and held.active_queue_id = queue.id and held.state_type <> 'CANCELLING'
    order by held.id limit $3
  ) as run`,
);

export const readQueueSlots = workspaceStatement<[id: string], { concurrency_limit: number | null; active: number }>(
  "slot-holders.read-queue",
  `select queue.concurrency_limit, (
    select count(*) from orion.flow_run as run where run.workspace_id = $1 and run.active_queue_id = queue.id
  ) as active
  from orion.work_queue as queue where queue.workspace_id = $1 and queue.id = $2`,
);

export const listHolders = workspaceStatement<[queueId: string, limit: number, offset: number], Holder>(
  "slot-holders.list",
  `select ${HOLDER}, run.active_queue_id as work_queue_id from orion.flow_run as run
  where run.workspace_id = $1 and run.active_queue_id = $2 order by run.id limit $3 offset $4`,
);
