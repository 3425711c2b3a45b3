import type { Timestamp } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { announceIn, lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { relatedPool } from "../work-pools/index.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** A deployment whose status has changed, with what its event names. */
interface Changed {
  readonly id: string;
  readonly name: string;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly queue_id: string | null;
  readonly queue_name: string | null;
  readonly pool_id: string | null;
  readonly pool_name: string | null;
  readonly pool_type: string | null;
  readonly limit_id: string | null;
}

const CHANGED = `select changed.id, changed.name, changed.flow_id, flow.name as flow_name, queue.id as queue_id,
    queue.name as queue_name, pool.id as pool_id, pool.name as pool_name, pool.type as pool_type,
    changed.concurrency_limit_id as limit_id
  from changed
  join orion.flow as flow on flow.workspace_id = $1 and flow.id = changed.flow_id
  left join orion.work_queue as queue on queue.workspace_id = $1 and queue.id = changed.work_queue_id
  left join orion.work_pool as pool on pool.workspace_id = $1 and pool.id = queue.work_pool_id`;

/** A row that somebody else is changing is left to the next poll. */
const readyQueues = workspaceStatement<[queueIds: readonly string[]], Changed>(
  "readiness.ready-deployments-of-queues",
  `with changed as (
    update orion.deployment as deployment set status = 'READY', last_polled = statement_timestamp()
    where deployment.workspace_id = $1 and deployment.id in (
      select id from orion.deployment
      where workspace_id = $1 and work_queue_id = any($2::uuid[]) and status = 'NOT_READY'
      limit 500 for no key update skip locked)
    returning deployment.*
  ) ${CHANGED}`,
);

const readyDeployments = workspaceStatement<[ids: readonly string[]], Changed & { was_ready: boolean }>(
  "readiness.ready-deployments",
  `with asked as (
    select id, status = 'READY' as was_ready from orion.deployment
    where workspace_id = $1 and id = any($2::uuid[])
      and (status = 'NOT_READY' or last_polled is null or last_polled < statement_timestamp() - interval '1 second')
    for no key update skip locked
  ), touched as (
    update orion.deployment as deployment set status = 'READY', last_polled = statement_timestamp()
    from asked where deployment.workspace_id = $1 and deployment.id = asked.id
    returning deployment.*, asked.was_ready
  ), changed as (select * from touched where not was_ready)
  ${CHANGED}`,
);

/** A deployment polls itself, or its queue is polled for it; it is not ready when neither was polled for so long. */
const unreadyDeployments = workspaceStatement<[now: Timestamp, seconds: number, limit: number], Changed>(
  "readiness.unready-deployments",
  `with changed as (
    update orion.deployment as deployment set status = 'NOT_READY'
    where deployment.workspace_id = $1 and deployment.id in (
      select own.id from orion.deployment as own
      where own.workspace_id = $1 and own.status = 'READY' and own.last_polled < $2::timestamptz - make_interval(secs => $3)
        and (own.work_queue_id is null or own.work_queue_id in (
          select queue.id from orion.work_queue as queue
          where queue.workspace_id = $1
            and (queue.last_polled is null or queue.last_polled < $2::timestamptz - make_interval(secs => $3))))
      limit $4 for no key update of own skip locked)
    returning deployment.*
  ) ${CHANGED}`,
  { alone: true },
);

function announced(deps: Deps, status: "ready" | "not-ready", deployment: Changed): OutboxRow {
  const { queue_id, queue_name, pool_id, pool_name, pool_type, limit_id } = deployment;
  const flow = { id: `prefect.flow.${deployment.flow_id}`, name: deployment.flow_name, role: "flow" };
  const pool =
    pool_id === null || pool_name === null || pool_type === null ? null : { id: pool_id, name: pool_name, type: pool_type };
  return lifecycleEvent(deps, {
    event: `prefect.deployment.${status}`,
    resourceId: `prefect.deployment.${deployment.id}`,
    name: deployment.name,
    related: [
      named(flow),
      ...(queue_id === null ? [] : [named({ id: `prefect.work-queue.${queue_id}`, name: queue_name ?? "", role: "work-queue" })]),
      ...(pool === null ? [] : [relatedPool(pool)]),
      ...(limit_id === null
        ? []
        : [{ "prefect.resource.id": `prefect.concurrency-limit.${limit_id}`, "prefect.resource.role": "concurrency-limit" }]),
    ],
  });
}

const named = ({ id, name, role }: { id: string; name: string; role: string }) => ({
  "prefect.resource.id": id,
  "prefect.resource.name": name,
  "prefect.resource.role": role,
});

/** Marks the deployments of queues that are polled. */
export function markQueuesServed(deps: Deps, database: WorkspaceDatabase, queueIds: readonly string[]): Promise<void> {
  return database.transaction(async (tx) => {
    const changed = await tx.all(readyQueues, queueIds);
    await announceIn(
      tx,
      changed.map((deployment) => announced(deps, "ready", deployment)),
    );
  });
}

/** Marks deployments whose own process asks for their runs. */
export function markDeploymentsServed(deps: Deps, database: WorkspaceDatabase, ids: readonly string[]): Promise<void> {
  return database.transaction(async (tx) => {
    const changed = await tx.all(readyDeployments, ids);
    await announceIn(
      tx,
      changed.map((deployment) => announced(deps, "ready", deployment)),
    );
  });
}

/** Marks up to `limit` deployments that nobody serves any more; answers how many. */
export function markDeploymentsUnserved(
  deps: Deps,
  database: WorkspaceDatabase,
  { now, seconds, limit }: { readonly now: Timestamp; readonly seconds: number; readonly limit: number },
): Promise<number> {
  return database.transaction(async (tx) => {
    const changed = await tx.all(unreadyDeployments, now, seconds, limit);
    await announceIn(
      tx,
      changed.map((deployment) => announced(deps, "not-ready", deployment)),
    );
    return changed.length;
  });
}
