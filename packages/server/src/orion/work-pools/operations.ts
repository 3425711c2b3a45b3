import {
  JsonText,
  secondsBetween,
  type Timestamp,
  type WorkPoolCreate,
  type WorkPoolResponse,
  WorkPoolStorageConfiguration,
  type WorkPoolUpdate,
} from "@praetor/wire";
import type { WorkspaceDatabase, WorkspaceExecutor } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { announceIn, type OutboxRow } from "../outbox/index.ts";
import { announcePool, announcePoolChanges, announcePoolStatus, announceQueue, type Changes } from "./announce.ts";
import { checkDefaults } from "./defaults.ts";
import {
  deletePool,
  insertPool,
  type LockedPool,
  lockPool,
  type PoolChange,
  readPoolByName,
  readQueuesOfPool,
  updatePool,
} from "./queries.ts";
import { presentPool, storageOf, WITHOUT_WORKERS } from "./rows.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

/** The queue that a pool begins with; runs that name no queue go there. */
const DEFAULT_QUEUE = { name: "default", description: "The work pool's default queue." };

/** Names that begin so, in any case, are the product's own. */
const isReserved = (name: string) => name.toLowerCase().startsWith("prefect");

/** Changes so close together must be dealt with in their order. */
const SHORTLY_SECONDS = 600;

/** What workers must know of their pool when it changes. */
const CONCERNS_WORKERS: ReadonlySet<string> = new Set<keyof WorkPoolUpdate>([
  "base_job_template",
  "concurrency_limit",
  "is_paused",
  "storage_configuration",
]);

export const poolNotFound = (name: string) => apiError("work_pool_not_found", `Work pool "${name}" not found.`);

/** Makes a pool with its default queue; undefined where the name is taken. */
export async function makePool(
  deps: Deps,
  database: WorkspaceExecutor,
  asked: WorkPoolCreate,
): Promise<WorkPoolResponse | undefined> {
  const { name, description, type, is_paused, concurrency_limit, storage_configuration: storage } = asked;
  const pool = { id: deps.ids.random(), name, type };
  const queue = { id: deps.ids.random(), name: DEFAULT_QUEUE.name };
  const status = is_paused && type !== WITHOUT_WORKERS ? "PAUSED" : "NOT_READY";
  const told = type === WITHOUT_WORKERS ? null : announcePoolStatus(deps, pool, status, null);
  const ties = { defaultQueueId: queue.id, resultStorageId: storage.default_result_storage_block_id };
  const events = [
    announceQueue(deps, "created", queue, pool),
    announcePool(deps, "created", pool, ties),
    ...(told === null ? [] : [told]),
  ];
  const row = {
    ...pool,
    description,
    is_paused,
    concurrency_limit,
    status,
    base_job_template: asked.base_job_template.text,
    storage_configuration: WorkPoolStorageConfiguration.dump(storage),
    default_queue_id: queue.id,
    last_status_event_id: told?.id ?? null,
  };
  const { name: queueName, description: queueDescription } = DEFAULT_QUEUE;
  const made = await database.first(insertPool, row, queueName, queueDescription, JSON.stringify(events), deps.clock.now());
  return made && presentPool(made);
}

/** @throws ApiError `work_pool_reserved`, `work_pool_exists`, `job_variables_invalid` */
export async function create(deps: Deps, database: WorkspaceDatabase, asked: WorkPoolCreate): Promise<WorkPoolResponse> {
  if (isReserved(asked.name)) throw apiError("work_pool_reserved");
  await checkDefaults(database, asked.base_job_template);
  const made = await makePool(deps, database, asked);
  if (made === undefined) throw apiError("work_pool_exists");
  return made;
}

/** @throws ApiError `work_pool_not_found` */
export async function read(database: WorkspaceDatabase, name: string): Promise<WorkPoolResponse> {
  const row = await database.first(readPoolByName, name);
  if (row === undefined) throw poolNotFound(name);
  return presentPool(row);
}

/**
 * Changes what was sent; pausing and going on change the status.
 * @throws ApiError `work_pool_not_found`, `work_pool_reserved`, `integrity_conflict` for a null
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  name: string,
  sent: Partial<WorkPoolUpdate>,
): Promise<void> {
  const adjustable = Object.keys(sent).every((key) => key === "is_paused" || key === "concurrency_limit");
  if (isReserved(name) && !adjustable) {
    const why =
      "Work pools starting with 'Prefect' are reserved for internal use and can only be updated to set concurrency limits or pause.";
    throw apiError("work_pool_reserved", why);
  }
  const changed = await database.transaction(async (tx) => {
    const pool = await tx.first(lockPool, name);
    if (pool === undefined) throw poolNotFound(name);
    return change(deps, tx, pool, changeOf(sent));
  });
  if (Object.keys(sent).some((key) => CONCERNS_WORKERS.has(key))) tellWorkers(deps, database.workspaceId, changed);
}

function changeOf(sent: Partial<WorkPoolUpdate>): PoolChange {
  const { description, is_paused, base_job_template, concurrency_limit, storage_configuration: storage } = sent;
  if (is_paused === null || base_job_template === null || storage === null) throw apiError("integrity_conflict");
  return {
    ...(description !== undefined && { description }),
    ...(is_paused !== undefined && { is_paused }),
    ...(base_job_template !== undefined && { base_job_template }),
    ...(concurrency_limit !== undefined && { concurrency_limit }),
    ...(storage !== undefined && { storage_configuration: new JsonText(WorkPoolStorageConfiguration.dump(storage)) }),
  };
}

async function change(deps: Deps, tx: WorkspaceExecutor, pool: LockedPool, asked: PoolChange): Promise<string> {
  const now = deps.clock.now();
  const changes = changesOf(pool, asked);
  const events: OutboxRow[] = [];
  if (Object.keys(changes).length > 0) events.push(announcePoolChanges(deps, pool, changes));
  const status = statusAfter(pool, asked);
  const told = status === undefined ? undefined : announcePoolStatus(deps, pool, status, followed(pool, now));
  if (told !== undefined) events.push(told);
  const transition = told && { status, last_status_event_id: told.id, last_transitioned_status_at: now };
  await updatePool(tx, pool.id, { ...asked, ...(transition as PoolChange | undefined) }, now);
  await announceIn(tx, events);
  return pool.id;
}

/** Pausing says so, also again; going on depends on whether a worker is there. */
function statusAfter({ type, online }: LockedPool, { is_paused }: PoolChange): string | undefined {
  if (is_paused === undefined || type === WITHOUT_WORKERS) return undefined;
  if (is_paused) return "PAUSED";
  return online ? "READY" : "NOT_READY";
}

/** The event of the status before, when it is so recent that the order matters. */
export function followed(
  before: { readonly last_status_event_id: string | null; readonly last_transitioned_status_at: Timestamp | null },
  now: Timestamp,
): string | null {
  const { last_status_event_id: id, last_transitioned_status_at: at } = before;
  return at !== null && secondsBetween(at, now) < SHORTLY_SECONDS ? id : null;
}

function changesOf(pool: LockedPool, asked: PoolChange): Changes {
  const { description, base_job_template, concurrency_limit, storage_configuration } = asked;
  const fields = {
    description: [JsonText.of(pool.description), description === undefined ? undefined : JsonText.of(description)],
    base_job_template: [pool.base_job_template, base_job_template],
    concurrency_limit: [
      JsonText.of(pool.concurrency_limit),
      concurrency_limit === undefined ? undefined : JsonText.of(concurrency_limit),
    ],
    storage_configuration: [
      new JsonText(WorkPoolStorageConfiguration.dump(storageOf(pool.storage_configuration))),
      storage_configuration,
    ],
  } as const;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, [from, to]]) => (to && from.text !== to.text ? [[field, { from, to }]] : [])),
  );
}

/** @throws ApiError `work_pool_not_found`, `work_pool_reserved` */
export async function remove(deps: Deps, database: WorkspaceDatabase, name: string): Promise<void> {
  if (isReserved(name)) {
    throw apiError(
      "work_pool_reserved",
      "Work pools starting with 'Prefect' are reserved for internal use and can not be deleted.",
    );
  }
  const gone = await database.transaction(async (tx) => {
    const pool = await tx.first(lockPool, name);
    if (pool === undefined) throw poolNotFound(name);
    const queues = await tx.all(readQueuesOfPool, pool.id);
    const { default_result_storage_block_id: resultStorageId } = storageOf(pool.storage_configuration);
    const ties = { defaultQueueId: pool.default_queue_id, resultStorageId };
    await announceIn(tx, [
      ...queues.map((queue) => announceQueue(deps, "deleted", queue, pool)),
      announcePool(deps, "deleted", pool, ties),
    ]);
    await tx.all(deletePool, pool.id);
    return pool.id;
  });
  tellWorkers(deps, database.workspaceId, gone);
}

/** Hastens the word to connected workers; were this lost, their next heartbeat would bring it. */
function tellWorkers({ bus, log }: Pick<Deps, "bus" | "log">, workspaceId: string, poolId: string): void {
  bus.publish("work-pools", [{ workspaceId, poolId }]).catch((error: unknown) => {
    log.warn({ err: error }, "the workers of a pool could not be told of its change");
  });
}
