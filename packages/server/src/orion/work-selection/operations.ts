import { type FlowRunResponse, parseJson, QueueFilter, type Timestamp, type WorkerFlowRunResponse } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { estimatedRunTime, estimatedStartTimeDelta, presentFlowRun } from "../flow-runs/index.ts";
import { markPolled, pollQueue, pollQueues } from "../readiness/index.ts";
import { poolNotFound } from "../work-pools/index.ts";
import { queueNotFound } from "../work-queues/index.ts";
import { type OfferedRow, readQueueChoice, selectByFilter, selectFromPool, selectFromQueue } from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** What a worker asks a pool for. */
export interface Poll {
  readonly poolName: string;
  /** Null for all queues of the pool. */
  readonly queues: readonly string[] | null;
  readonly before: Timestamp | null;
  readonly after: Timestamp | null;
  readonly limit: number;
}

/**
 * The runs that a worker may submit now. That somebody polls is noted at the same time, whether there are runs or not.
 * @throws ApiError `work_pool_not_found`, `work_queue_not_found`
 */
export async function selectForWorker(deps: Deps, database: WorkspaceDatabase, poll: Poll): Promise<WorkerFlowRunResponse[]> {
  const { poolName, queues, before, after, limit } = poll;
  const [polled, offered] = await Promise.all([
    database.all(pollQueues, poolName, queues, before),
    database.all(selectFromPool, poolName, queues, before, after, limit),
  ]);
  // A pool has a queue from its first moment to its last.
  if (polled.length === 0 && (queues === null || (await database.all(pollQueues, poolName, null, before)).length === 0)) {
    throw poolNotFound(poolName);
  }
  const unknown = queues?.find((name) => !polled.some((queue) => queue.name === name));
  if (unknown !== undefined) throw queueNotFound(poolName, unknown);
  await markPolled(deps, database, polled);
  const now = deps.clock.now();
  return offered.map((row) => present(row, now));
}

function present({ queue_id, pool_id, ...row }: OfferedRow, now: Timestamp): WorkerFlowRunResponse {
  const flow_run = {
    ...row,
    state: null,
    estimated_run_time: estimatedRunTime(row, now),
    estimated_start_time_delta: estimatedStartTimeDelta(row, now),
  };
  return { work_pool_id: pool_id, work_queue_id: queue_id, flow_run };
}

/** A look at one queue; an interface that shows it is nobody who serves it. */
export interface QueuePoll {
  readonly queueId: string;
  readonly before: Timestamp | null;
  readonly limit: number;
  readonly isLook: boolean;
}

/** The runs of one queue. @throws ApiError `work_queue_missing` */
export async function selectFromOneQueue(deps: Deps, database: WorkspaceDatabase, poll: QueuePoll): Promise<FlowRunResponse[]> {
  const { queueId, before, limit, isLook } = poll;
  const choice = await database.first(readQueueChoice, queueId);
  if (choice === undefined) throw apiError("work_queue_missing", `Work queue with id ${queueId} not found.`);
  const filter = choice.filter === null ? null : QueueFilter.parse(parseJson(choice.filter.text));
  const runs =
    filter?.ok === true
      ? await database.all(selectByFilter, queueId, before, limit, filter.value.tags, filter.value.deployment_ids)
      : await database.all(selectFromQueue, queueId, before, limit);
  if (!isLook) await markPolled(deps, database, await database.all(pollQueue, queueId, before));
  const now = deps.clock.now();
  return runs.map((row) => presentFlowRun(row, now));
}
