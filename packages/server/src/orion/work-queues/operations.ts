import {
  JsonText,
  QueueFilter,
  secondsBetween,
  type Timestamp,
  type WorkQueueCreate,
  type WorkQueueResponse,
  type WorkQueueStatusDetail,
  type WorkQueueUpdate,
} from "@praetor/wire";
import { IntegrityViolation, type WorkspaceDatabase, type WorkspaceExecutor } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { announceIn } from "../outbox/index.ts";
import {
  announceQueue,
  type Changes,
  makePool,
  payloadOf,
  poolNotFound,
  readQueuesOfPool,
  WITHOUT_WORKERS,
} from "../work-pools/index.ts";
import { freePriority, placed } from "./priorities.ts";
import {
  deleteQueue,
  findPoolOfQueues,
  findQueue,
  insertQueue,
  listQueuesOfPool,
  lockPoolOfQueue,
  lockPoolOfQueues,
  moveQueues,
  type QueueBefore,
  type QueueChange,
  type QueueList,
  type QueuePool,
  readQueue,
  readQueueBefore,
  readQueueByName,
  readQueueHealth,
  readQueueOfPool,
  updateQueue,
} from "./queries.ts";
import { presentQueue } from "./rows.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

/** Where queues are that name no pool; made when the first one is. */
export const AGENT_POOL = "default-agent-pool";

/** A queue that was not asked for runs for so long is served by nobody. */
const POLLED_LATELY_SECONDS = 60;

export const queueNotFound = (pool: string, queue: string) =>
  apiError("work_queue_not_found", `Work pool queue '${pool}/${queue}' not found.`);

/** Makes a queue, unless its pool has one of that name; then there is no id. Whoever calls holds the pool. */
async function makeQueue(
  deps: Pick<Deps, "clock" | "ids">,
  tx: WorkspaceExecutor,
  pool: QueuePool,
  asked: WorkQueueCreate,
): Promise<string | undefined> {
  const { name, description, is_paused, concurrency_limit, filter } = asked;
  const queues = await tx.all(readQueuesOfPool, pool.id);
  const id = deps.ids.random();
  const priority = asked.priority ?? freePriority(queues);
  const kept = filter && QueueFilter.dump(filter);
  const values = [id, pool.id, name, description, is_paused, concurrency_limit, priority, kept, deps.clock.now()] as const;
  if ((await tx.first(insertQueue, ...values)) === undefined) return undefined;
  await move(tx, placed(queues, { id, priority }));
  await announceIn(tx, [announceQueue(deps, "created", { id, name }, pool)]);
  return id;
}

async function move(tx: WorkspaceExecutor, moved: ReturnType<typeof placed>): Promise<void> {
  if (moved.length === 0) return;
  await tx.all(
    moveQueues,
    moved.map(({ id }) => id),
    moved.map(({ priority }) => priority),
  );
}

/** @throws ApiError `work_pool_not_found`, `work_queue_exists` */
export async function createInPool(
  deps: Deps,
  database: WorkspaceDatabase,
  poolName: string,
  asked: WorkQueueCreate,
): Promise<WorkQueueResponse> {
  await database.transaction(async (tx) => {
    const pool = await tx.first(lockPoolOfQueues, poolName);
    if (pool === undefined) throw poolNotFound(poolName);
    if ((await makeQueue(deps, tx, pool, asked)) !== undefined) return;
    throw apiError("work_queue_exists", `A work queue with this name already exists in work pool '${poolName}'.`);
  });
  return readOfPool(database, poolName, asked.name);
}

/**
 * Makes a queue that names no pool, in the pool of those; its first queue is there with it.
 * @throws ApiError `work_queue_exists`
 */
export async function createAlone(deps: Deps, database: WorkspaceDatabase, asked: WorkQueueCreate): Promise<WorkQueueResponse> {
  const made = await ensureAgentPool(deps, database);
  if (made && asked.name === "default") return readOfPool(database, AGENT_POOL, asked.name);
  await database.transaction(async (tx) => {
    const pool = await tx.first(lockPoolOfQueues, AGENT_POOL);
    if (pool === undefined) throw poolNotFound(AGENT_POOL);
    if ((await makeQueue(deps, tx, pool, asked)) === undefined) throw apiError("work_queue_exists");
  });
  return readOfPool(database, AGENT_POOL, asked.name);
}

/** Whether the pool was not there before. */
async function ensureAgentPool(deps: Deps, database: WorkspaceExecutor): Promise<boolean> {
  const made = await makePool(deps, database, {
    name: AGENT_POOL,
    type: WITHOUT_WORKERS,
    description: null,
    base_job_template: new JsonText("{}"),
    is_paused: false,
    concurrency_limit: null,
    storage_configuration: { bundle_upload_step: null, bundle_execution_step: null, default_result_storage_block_id: null },
  });
  return made !== undefined;
}

/** A queue, found or made, with its pool. */
export interface ResolvedQueue {
  readonly id: string;
  readonly name: string;
  readonly pool: QueuePool;
}

/**
 * The queue of that name, made where its pool has none yet. Without a pool's name the pool is that of queues without one.
 * @throws ApiError `work_pool_not_found`
 */
export async function ensureQueue(
  deps: Deps,
  database: WorkspaceDatabase,
  poolName: string | null,
  name: string,
): Promise<ResolvedQueue> {
  const there = await database.first(findQueue, poolName ?? AGENT_POOL, name);
  if (there !== undefined) return { ...there, name };
  if (poolName === null) await ensureAgentPool(deps, database);
  return database.transaction(async (tx) => {
    const pool = await tx.first(lockPoolOfQueues, poolName ?? AGENT_POOL);
    if (pool === undefined) throw poolNotFound(poolName ?? AGENT_POOL);
    const found = (await tx.all(readQueuesOfPool, pool.id)).find((queue) => queue.name === name);
    if (found !== undefined) return { id: found.id, name, pool };
    const plain = { name, description: "", is_paused: false, concurrency_limit: null, priority: null, filter: null };
    const id = await makeQueue(deps, tx, pool, plain);
    if (id === undefined) throw new Error("a queue appeared in a pool that is held");
    return { id, name, pool };
  });
}

/** @throws ApiError `work_queue_not_found` */
export async function readOfPool(database: WorkspaceDatabase, poolName: string, name: string): Promise<WorkQueueResponse> {
  const row = await database.first(readQueueOfPool, poolName, name);
  if (row === undefined) throw queueNotFound(poolName, name);
  return presentQueue(row);
}

/** @throws ApiError `work_pool_not_found` */
export async function listOfPool(database: WorkspaceDatabase, poolName: string, asked: QueueList): Promise<WorkQueueResponse[]> {
  const pool = await database.first(findPoolOfQueues, poolName);
  if (pool === undefined) throw poolNotFound(poolName);
  return (await listQueuesOfPool(database, pool.id, asked)).map(presentQueue);
}

/** @throws ApiError `work_queue_not_found` */
export async function read(database: WorkspaceDatabase, id: string): Promise<WorkQueueResponse> {
  const row = await database.first(readQueue, id);
  if (row === undefined) throw apiError("work_queue_not_found");
  return presentQueue(row);
}

/** @throws ApiError `work_queue_not_found` */
export async function readByName(database: WorkspaceDatabase, name: string): Promise<WorkQueueResponse> {
  const row = await database.first(readQueueByName, name, AGENT_POOL);
  if (row === undefined) throw apiError("work_queue_not_found");
  return presentQueue(row);
}

/**
 * Changes what was sent; pausing and going on change the status.
 * @throws ApiError `work_queue_not_found`, `work_queue_exists`, `integrity_conflict` for a null
 */
export async function update(deps: Deps, database: WorkspaceDatabase, id: string, sent: Partial<WorkQueueUpdate>): Promise<void> {
  const asked = changeOf(sent);
  try {
    await database.transaction(async (tx) => {
      const pool = await tx.first(lockPoolOfQueue, id);
      const queue = await tx.first(readQueueBefore, id);
      if (pool === undefined || queue === undefined) throw apiError("work_queue_not_found", `Work Queue ${id} not found`);
      await change(deps, tx, pool, queue, asked);
    });
  } catch (error) {
    throw error instanceof IntegrityViolation ? apiError("work_queue_exists") : error;
  }
}

function changeOf(sent: Partial<WorkQueueUpdate>): QueueChange {
  const { name, description, priority, filter, ...rest } = sent;
  if (name === null || description === null || priority === null) throw apiError("integrity_conflict");
  return {
    ...rest,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(priority !== undefined && { priority }),
    ...(filter !== undefined && { filter: filter && new JsonText(QueueFilter.dump(filter)) }),
  };
}

async function change(deps: Deps, tx: WorkspaceExecutor, pool: QueuePool, queue: QueueBefore, asked: QueueChange): Promise<void> {
  const now = deps.clock.now();
  const status = statusAfter(queue, asked, now);
  const named = { id: queue.id, name: asked.name ?? queue.name };
  if (asked.priority !== undefined) {
    await move(tx, placed(await tx.all(readQueuesOfPool, pool.id), { id: queue.id, priority: asked.priority }));
  }
  await updateQueue(tx, queue.id, { ...asked, ...(status !== undefined && { status }) }, now);
  const changes = changesOf(queue, asked);
  await announceIn(tx, [
    ...(Object.keys(changes).length > 0 ? [announceQueue(deps, "updated", named, pool, payloadOf(changes))] : []),
    ...(status === undefined ? [] : [announceQueue(deps, status, named, pool)]),
  ]);
}

/** Only a queue that was not paused is paused, and only one that was goes on: then it is ready if it was asked lately. */
function statusAfter(queue: QueueBefore, { is_paused, last_polled }: QueueChange, now: Timestamp): string | undefined {
  const wasPaused = queue.status === "PAUSED";
  if (is_paused === undefined || is_paused === wasPaused) return undefined;
  if (is_paused) return "PAUSED";
  const polled = last_polled === undefined ? queue.last_polled : last_polled;
  return polled !== null && secondsBetween(polled, now) <= POLLED_LATELY_SECONDS ? "READY" : "NOT_READY";
}

function changesOf(queue: QueueBefore, asked: QueueChange): Changes {
  const fields = ["name", "description", "concurrency_limit", "priority"] as const;
  return Object.fromEntries(
    fields.flatMap((field) => {
      const [from, to] = [queue[field], asked[field]];
      return to === undefined || to === from ? [] : [[field, { from: JsonText.of(from), to: JsonText.of(to) }]];
    }),
  );
}

/** @throws ApiError `work_queue_not_found`, `work_queue_is_default` */
export async function remove(deps: Deps, database: WorkspaceDatabase, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    const pool = await tx.first(lockPoolOfQueue, id);
    const queue = await tx.first(readQueueBefore, id);
    if (pool === undefined || queue === undefined) throw apiError("work_queue_not_found");
    if ((await tx.first(deleteQueue, id)) === undefined) throw apiError("work_queue_is_default");
    await announceIn(tx, [announceQueue(deps, "deleted", queue, pool)]);
  });
}

/** Whether a queue is served. @throws ApiError `work_queue_missing` */
export async function readStatus(
  { clock }: Pick<Deps, "clock">,
  database: WorkspaceDatabase,
  id: string,
): Promise<WorkQueueStatusDetail> {
  const health = await database.first(readQueueHealth, id);
  if (health === undefined) throw apiError("work_queue_missing", `Work queue with id ${id} not found.`);
  const { late, last_polled } = health;
  const policy = { maximum_late_runs: 0, maximum_seconds_since_last_polled: POLLED_LATELY_SECONDS };
  const lately = last_polled !== null && secondsBetween(last_polled, clock.now()) <= POLLED_LATELY_SECONDS;
  return { healthy: late === 0 && lately, late_runs_count: late, last_polled, health_check_policy: policy };
}
