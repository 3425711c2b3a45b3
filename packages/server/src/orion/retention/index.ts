import { addSeconds, type Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";

type Deps = Pick<Dependencies, "databases">;

/** How far a walk over old runs has come: by workspace, and in it by when runs started. */
export interface Place {
  readonly workspace_id: string;
  readonly started: Timestamp;
}

/** Where a walk begins. */
export const BEGINNING: Place = {
  workspace_id: "00000000-0000-0000-0000-000000000000",
  started: "0001-01-01T00:00:00Z" as Timestamp,
};

/** The runs that one pass walks over; among the old ones are those that have not ended, and subflows, which are kept. */
const WALKED = 2000;

const dateRuns = systemStatement<
  [workspace: string, after: Timestamp, before: Timestamp, seconds: number, limit: number],
  Place & { readonly walked: number }
>(
  "retention.date-runs",
  `with walked as materialized (
    select run.workspace_id, run.id, run.sort_start_time as started from orion.flow_run as run
    where (run.workspace_id, run.sort_start_time) > ($1::uuid, $2::timestamptz) and run.sort_start_time < $3
    order by run.workspace_id, run.sort_start_time limit $5
  ), dated as (
    update orion.flow_run as run set expiration = run.end_time + make_interval(secs => $4)
    from walked
    where run.workspace_id = walked.workspace_id and run.id = walked.id and run.expiration is null and run.end_time < $3
      and run.state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED') and run.parent_task_run_id is null
  )
  select (select count(*) from walked) as walked, last.workspace_id, last.started
  from walked as last order by last.workspace_id desc, last.started desc limit 1`,
  { alone: true },
);

/**
 * Dates runs that ended more than `seconds` before `now`: from their date on they may be deleted. Answers where the next pass goes
 * on, or the beginning when this one came to the end, so that the work of a pass does not grow with the runs that are kept.
 */
export async function dateExpirations(
  { databases }: Deps,
  place: Place,
  { now, seconds }: { readonly now: Timestamp; readonly seconds: number },
): Promise<Place> {
  const before = addSeconds(now, -seconds);
  const reached = await databases.orion.system.first(dateRuns, place.workspace_id, place.started, before, seconds, WALKED);
  return reached === undefined || reached.walked < WALKED ? BEGINNING : reached;
}

const deleteExpired = systemStatement<[now: Timestamp, limit: number], { id: string }>(
  "retention.delete-expired",
  `with expired as (
    select workspace_id, id from orion.flow_run
    where expiration < $1 and state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
    order by expiration limit $2 for update skip locked
  ), orphaned as (
    update orion.flow_run as child set parent_task_run_id = null from orion.task_run as task, expired
    where child.workspace_id = expired.workspace_id and task.workspace_id = expired.workspace_id
      and task.flow_run_id = expired.id and child.parent_task_run_id = task.id
  )
  delete from orion.flow_run as run using expired
  where run.workspace_id = expired.workspace_id and run.id = expired.id
  returning run.id`,
  { alone: true },
);

/** Deletes up to `limit` runs past their date, with their task runs; subflows become runs of their own. Whether more may wait. */
export async function deleteExpiredRuns({ databases }: Deps, now: Timestamp, limit: number): Promise<boolean> {
  return (await databases.orion.system.all(deleteExpired, now, limit)).length === limit;
}

const deleteCacheRows = systemStatement<[now: Timestamp, limit: number], { id: string }>(
  "retention.delete-cache-rows",
  `delete from orion.task_run_state_cache where (workspace_id, id) in (
    select workspace_id, id from orion.task_run_state_cache
    where cache_expiration < $1 order by cache_expiration limit $2 for update skip locked)
  returning id`,
  { alone: true },
);

/** Deletes up to `limit` keys of results that may not be used any more; whether more may wait. */
export async function deleteExpiredCacheKeys({ databases }: Deps, now: Timestamp, limit: number): Promise<boolean> {
  return (await databases.orion.system.all(deleteCacheRows, now, limit)).length === limit;
}
