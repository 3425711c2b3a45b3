import { addSeconds, type Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { markDeploymentsUnserved } from "./deployments.ts";
import { markPoolsUnready } from "./pools.ts";
import { markQueuesUnready } from "./queues.ts";

type Deps = Pick<Dependencies, "clock" | "databases" | "ids">;

/** After how many seconds without a poll something is served by nobody. */
export interface Timeouts {
  readonly queue: number;
  readonly deployment: number;
}

/** The most deployments of a workspace that a pass marks. */
const DEPLOYMENTS = 500;

/** The workspaces in which something looks served and is not. */
const findUnserved = systemStatement<[queuesBefore: Timestamp, deploymentsBefore: Timestamp], { workspace_id: string }>(
  "readiness.find-unserved",
  `select workspace_id from orion.work_queue
  where status = 'READY' and (last_polled is null or last_polled < $1::timestamptz)
  union
  select pool.workspace_id from orion.work_pool as pool
  where pool.status = 'READY' and not exists (
    select from orion.worker as worker
    where worker.workspace_id = pool.workspace_id and worker.work_pool_id = pool.id and worker.status = 'ONLINE')
  union
  select queue.workspace_id from orion.work_queue as queue
  where (queue.last_polled is null or queue.last_polled < $2::timestamptz) and exists (
    select from orion.deployment as own
    where own.workspace_id = queue.workspace_id and own.work_queue_id = queue.id and own.status = 'READY' and own.last_polled < $2)
  union
  select workspace_id from orion.deployment where status = 'READY' and work_queue_id is null and last_polled < $2`,
  { alone: true },
);

const markOffline = systemStatement<[now: Timestamp, interval: number, missed: number], { id: string }>(
  "readiness.mark-workers-offline",
  `update orion.worker as worker set status = 'OFFLINE', updated = statement_timestamp()
  where worker.status = 'ONLINE' and (worker.workspace_id, worker.id) in (
    select workspace_id, id from orion.worker
    where status = 'ONLINE'
      and last_heartbeat_time < $1::timestamptz - make_interval(secs => coalesce(heartbeat_interval_seconds, $2) * $3::double precision)
    for no key update skip locked)
  returning worker.id`,
  { alone: true },
);

/** Marks the workers whose heartbeat has been missing for `missed` times their interval; answers how many. */
export async function markWorkersOffline(
  { databases }: Pick<Deps, "databases">,
  { now, interval, missed }: { readonly now: Timestamp; readonly interval: number; readonly missed: number },
): Promise<number> {
  return (await databases.orion.system.all(markOffline, now, interval, missed)).length;
}

/** Marks the queues, pools and deployments that nobody serves any more; answers whether more may wait. */
export async function markUnserved(deps: Deps, now: Timestamp, timeouts: Timeouts): Promise<boolean> {
  const { orion } = deps.databases;
  const [queues, deployments] = [addSeconds(now, -timeouts.queue), addSeconds(now, -timeouts.deployment)];
  const found = await orion.system.all(findUnserved, queues, deployments);
  let more = false;
  for (const { workspace_id } of found) {
    const database = orion.workspace(workspace_id);
    await markQueuesUnready(deps, database, now, timeouts.queue);
    await markPoolsUnready(deps, database);
    const asked = { now, seconds: timeouts.deployment, limit: DEPLOYMENTS };
    if ((await markDeploymentsUnserved(deps, database, asked)) === DEPLOYMENTS) more = true;
  }
  return more;
}
