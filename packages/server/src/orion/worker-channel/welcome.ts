import {
  WORKER_CHANNEL_CAPABILITIES,
  WORKER_CHANNEL_VERSION,
  type WorkerHelloPayload,
  WorkPoolCreate,
  type WorkPoolResponse,
  WorkPoolUpdate,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { ApiError } from "../../platform/errors.ts";
import { createPool, readPool, updatePool } from "../work-pools/index.ts";
import { listQueuesOfPool } from "../work-queues/index.ts";
import { hearBeat } from "../workers/index.ts";
import { ChannelRefused } from "./closing.ts";

/** More queues than a worker could be told of. */
const MOST_QUEUES = 10_000;

/** What a worker is told when it comes. */
export interface Welcome {
  readonly pool: WorkPoolResponse;
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
}

/**
 * Lets a worker in: its pool is there or may be made, its queues are there, and its first heartbeat is noted. A pool without a
 * base job template takes the worker's own.
 * @throws ChannelRefused
 */
export async function welcome(
  deps: Dependencies,
  database: WorkspaceDatabase,
  poolName: string,
  hello: WorkerHelloPayload,
): Promise<Welcome> {
  if (!hello.supported_channel_versions.includes(WORKER_CHANNEL_VERSION)) {
    throw new ChannelRefused("unsupported_version", "the worker speaks another version");
  }
  const found = await resolvePool(deps, database, poolName, hello);
  const queues = await resolveQueues(database, poolName, hello.work_queue_names);
  if (found.base_job_template.text === "{}" && hello.default_base_job_template.text !== "{}") {
    await updatePool(deps, database, poolName, { base_job_template: templateOf(hello) });
  }
  const heartbeat = { name: hello.worker_name, interval: hello.heartbeat_interval_seconds, type: hello.worker_type };
  await hearBeat(deps, database, poolName, heartbeat);
  const requested = [...new Set(hello.requested_capabilities)];
  const accepted: readonly string[] = WORKER_CHANNEL_CAPABILITIES;
  const pool = await readPool(database, poolName);
  return { pool, queues, accepted, rejected: requested.filter((capability) => !accepted.includes(capability)) };
}

async function resolvePool(
  deps: Dependencies,
  database: WorkspaceDatabase,
  name: string,
  hello: WorkerHelloPayload,
): Promise<WorkPoolResponse> {
  const found = await notRefused(readPool(database, name));
  if (found !== undefined) return found;
  if (!hello.create_pool_if_not_found) throw new ChannelRefused("authorization_failed", "there is no such pool");
  const { worker_type: type, default_base_job_template: template } = hello;
  const asked = WorkPoolCreate.parse({ name, type, base_job_template: template.value() });
  if (!asked.ok) throw new ChannelRefused("protocol_error", "the pool cannot be made as the worker describes it");
  // Made by another worker at the same moment, it is there by now; of a name that is reserved, it is not.
  const made = (await notRefused(createPool(deps, database, asked.value))) ?? (await notRefused(readPool(database, name)));
  if (made === undefined) throw new ChannelRefused("authorization_failed", "the pool may not be made");
  return made;
}

function templateOf(hello: WorkerHelloPayload) {
  const parsed = WorkPoolUpdate.parse({ base_job_template: hello.default_base_job_template.value() });
  if (!parsed.ok || !parsed.value.base_job_template) {
    throw new ChannelRefused("protocol_error", "the worker's base job template is none");
  }
  return parsed.value.base_job_template;
}

async function notRefused<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function resolveQueues(database: WorkspaceDatabase, poolName: string, names: readonly string[]) {
  const all = await listQueuesOfPool(database, poolName, { work_queues: null, limit: MOST_QUEUES, offset: 0 });
  const queues = all.map(({ id, name }) => ({ id, name }));
  if (names.length === 0) return queues;
  return [...new Set(names)].map((name) => {
    const found = queues.find((queue) => queue.name === name);
    if (found === undefined) throw new ChannelRefused("authorization_failed", "there is no such queue");
    return found;
  });
}
