import type { Timestamp } from "@praetor/wire";
import { type WorkspaceDatabase, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { announceIn } from "../outbox/index.ts";
import { announcePoolStatus, followed } from "../work-pools/index.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** A pool whose status is to change, held until it has. */
interface Held {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly last_status_event_id: string | null;
  readonly last_transitioned_status_at: Timestamp | null;
}
const HELD = "pool.id, pool.name, pool.type, pool.last_status_event_id, pool.last_transitioned_status_at";

const lockUnready = workspaceStatement<[id: string], Held>(
  "readiness.lock-unready-pool",
  `select ${HELD} from orion.work_pool as pool
  where pool.workspace_id = $1 and pool.id = $2 and pool.status = 'NOT_READY' and pool.type <> 'prefect-agent' for no key update`,
  { alone: true },
);

const lockUnserved = workspaceStatement<[], Held>(
  "readiness.lock-unserved-pools",
  `select ${HELD} from orion.work_pool as pool
  where pool.workspace_id = $1 and pool.status = 'READY' and not exists (
    select from orion.worker as worker
    where worker.workspace_id = pool.workspace_id and worker.work_pool_id = pool.id and worker.status = 'ONLINE')
  for no key update of pool skip locked`,
  { alone: true },
);

const setStatus = workspaceStatement<[id: string, status: string, eventId: string, now: Timestamp], unknown>(
  "readiness.set-pool-status",
  `update orion.work_pool set status = $3, last_status_event_id = $4, last_transitioned_status_at = $5, updated = $5
  where workspace_id = $1 and id = $2`,
);

async function setTo(deps: Deps, tx: WorkspaceExecutor, status: "READY" | "NOT_READY", pool: Held): Promise<void> {
  const now = deps.clock.now();
  const event = announcePoolStatus(deps, pool, status, followed(pool, now));
  await tx.all(setStatus, pool.id, status, event.id, now);
  await announceIn(tx, [event]);
}

/** Marks a pool that a worker's heartbeat has shown to be served. */
export function markPoolReady(deps: Deps, database: WorkspaceDatabase, poolId: string): Promise<void> {
  return database.transaction(async (tx) => {
    const pool = await tx.first(lockUnready, poolId);
    if (pool !== undefined) await setTo(deps, tx, "READY", pool);
  });
}

/** Marks the pools that no worker serves any more; answers how many. */
export function markPoolsUnready(deps: Deps, database: WorkspaceDatabase): Promise<number> {
  return database.transaction(async (tx) => {
    const pools = await tx.all(lockUnserved);
    for (const pool of pools) await setTo(deps, tx, "NOT_READY", pool);
    return pools.length;
  });
}
