import {
  type FlowRunSlotSummary,
  secondsBetween,
  type Timestamp,
  type WorkPoolConcurrencyStatus,
  type WorkQueueConcurrencyStatus,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Clock } from "../../platform/clock.ts";
import { apiError } from "../../platform/errors.ts";
import { pageCount } from "../../platform/filter/index.ts";
import { type Holder, listHolders, listHoldersByQueue, listQueueSlots, readPoolSlots, readQueueSlots } from "./queries.ts";

function summary(run: Holder, now: Timestamp): FlowRunSlotSummary {
  return { ...run, time_in_current_state: run.state_timestamp === null ? null : secondsBetween(run.state_timestamp, now) };
}

interface PoolPage {
  readonly page: number;
  readonly limit: number;
  /** Runs shown of each queue. */
  readonly runs: number;
}

/** What holds the slots of a pool, a page of queues at a time. @throws ApiError `work_pool_not_found` */
export async function ofPool(
  clock: Clock,
  database: WorkspaceDatabase,
  name: string,
  { page, limit, runs }: PoolPage,
): Promise<WorkPoolConcurrencyStatus> {
  const pool = await database.first(readPoolSlots, name);
  if (pool === undefined) throw apiError("work_pool_not_found", `Work pool '${name}' not found.`);
  const queues = await database.all(listQueueSlots, pool.id, limit, (page - 1) * limit);
  const ids = queues.map(({ id }) => id);
  const holders = Map.groupBy(await database.all(listHoldersByQueue, ids, runs), (run) => run.work_queue_id);
  const now = clock.now();
  return {
    active_slots: pool.active,
    concurrency_limit: pool.concurrency_limit,
    queues: queues.map((queue) => ({
      queue_id: queue.id,
      queue_name: queue.name,
      active_slots: queue.active,
      concurrency_limit: queue.concurrency_limit,
      flow_runs: (holders.get(queue.id) ?? []).map((run) => summary(run, now)),
      flow_run_count: queue.active,
    })),
    count: pool.queues,
    limit,
    pages: pageCount(pool.queues, limit),
    page,
  };
}

/** What holds the slots of a queue, a page of runs at a time. @throws ApiError `work_queue_not_found` */
export async function ofQueue(
  clock: Clock,
  database: WorkspaceDatabase,
  id: string,
  { page, limit }: { readonly page: number; readonly limit: number },
): Promise<WorkQueueConcurrencyStatus> {
  const queue = await database.first(readQueueSlots, id);
  if (queue === undefined) throw apiError("work_queue_not_found", "Work queue not found.");
  const runs = await database.all(listHolders, id, limit, (page - 1) * limit);
  const now = clock.now();
  const { active, concurrency_limit } = queue;
  const flow_runs = runs.map((run) => summary(run, now));
  return { active_slots: active, concurrency_limit, flow_runs, count: active, limit, pages: pageCount(active, limit), page };
}
