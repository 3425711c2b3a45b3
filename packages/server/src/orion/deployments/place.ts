import type { JsonText } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { poolNotFound } from "../work-pools/index.ts";
import { AGENT_POOL, ensureQueue } from "../work-queues/index.ts";

type Deps = Pick<Dependencies, "bus" | "clock" | "ids" | "log">;

interface Pool {
  readonly id: string;
  readonly default_queue_id: string | null;
  readonly base_job_template: JsonText;
}

const readPool = workspaceStatement<[name: string], Pool>(
  "deployment.read-pool",
  "select id, default_queue_id, base_job_template from orion.work_pool where workspace_id = $1 and name = $2",
);

/** The names by which a request says where runs go. */
export interface AskedPlace {
  readonly work_pool_name?: string | null;
  readonly work_queue_name?: string | null;
}

/** Where runs go: a queue, and the template of the jobs in its pool. Undefined where a request says nothing of it. */
export interface Place {
  readonly work_queue_id: string | null | undefined;
  readonly template: JsonText | null;
}

/**
 * Finds the queue that a request means and makes it where it is missing: of a pool alone the default queue, without a pool one in
 * the pool of those queues.
 * @throws ApiError `work_pool_not_found`
 */
export async function findPlace(deps: Deps, database: WorkspaceDatabase, asked: AskedPlace): Promise<Place> {
  const { work_pool_name: poolName, work_queue_name: queueName } = asked;
  if (!poolName) {
    if (poolName === null && queueName === undefined) return { work_queue_id: null, template: null };
    if (!queueName) return { work_queue_id: undefined, template: null };
    return { work_queue_id: (await ensureQueue(deps, database, null, queueName)).id, template: null };
  }
  const isAgents = poolName === AGENT_POOL && Boolean(queueName);
  const pool = isAgents ? undefined : await database.first(readPool, poolName);
  if (pool === undefined && !isAgents) throw poolNotFound(poolName);
  const template = pool?.base_job_template ?? null;
  if (!queueName) return { work_queue_id: pool?.default_queue_id ?? null, template };
  const queue = await ensureQueue(deps, database, isAgents ? null : poolName, queueName);
  return { work_queue_id: queue.id, template };
}
