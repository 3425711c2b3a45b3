import type { WorkerFilter, WorkerResponse } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { markPoolReady } from "../readiness/index.ts";
import { poolNotFound } from "../work-pools/index.ts";
import { beat, deleteWorker, findPool, listWorkers } from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** A sign of life of a worker; seconds between two of them, where it says. */
export interface Heartbeat {
  readonly name: string;
  readonly interval: number | null;
  /** The kind of infrastructure that it serves, where it says. */
  readonly type?: string;
}

/** Notes that a worker lives, and with it that its pool is served. @throws ApiError `work_pool_not_found` */
export async function hearBeat(
  deps: Deps,
  database: WorkspaceDatabase,
  poolName: string,
  { name, interval, type }: Heartbeat,
): Promise<void> {
  const pool = await database.first(beat, poolName, deps.ids.random(), name, interval, type ?? null);
  if (pool === undefined) throw poolNotFound(poolName);
  if (pool.unready) await markPoolReady(deps, database, pool.pool_id);
}

async function poolIdOf(database: WorkspaceDatabase, poolName: string): Promise<string> {
  const pool = await database.first(findPool, poolName);
  if (pool === undefined) throw poolNotFound(poolName);
  return pool.id;
}

/** @throws ApiError `work_pool_not_found` */
export async function list(
  database: WorkspaceDatabase,
  poolName: string,
  asked: { readonly workers: WorkerFilter | null; readonly limit: number; readonly offset: number },
): Promise<WorkerResponse[]> {
  return listWorkers(database, await poolIdOf(database, poolName), asked);
}

/** Forgets a worker; one that lives is known again with its next heartbeat. @throws ApiError `work_pool_not_found`, `worker_not_found` */
export async function remove(database: WorkspaceDatabase, poolName: string, name: string): Promise<void> {
  const gone = await database.first(deleteWorker, await poolIdOf(database, poolName), name);
  if (gone === undefined) throw apiError("worker_not_found");
}
