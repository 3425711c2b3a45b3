import { type JsonText, parseJson, type WorkPoolResponse, WorkPoolStorageConfiguration } from "@praetor/wire";

/** The type of pools that no worker serves; nobody says of them whether they are ready. */
export const WITHOUT_WORKERS = "prefect-agent";

/** A pool as it is stored, with its slots in use counted. */
export interface WorkPoolRow extends Omit<WorkPoolResponse, "storage_configuration" | "status"> {
  readonly storage_configuration: JsonText;
  readonly status: NonNullable<WorkPoolResponse["status"]>;
}

/** The columns of `orion.work_pool as pool`, and the runs that hold its slots where a limit counts them. */
export const POOL_COLUMNS = `pool.id, pool.created, pool.updated, pool.name, pool.description, pool.type, pool.base_job_template,
  pool.is_paused, pool.concurrency_limit, pool.status, pool.default_queue_id, pool.storage_configuration,
  case when pool.concurrency_limit is not null then (
    select count(*) from orion.work_queue as own
    join orion.flow_run as run on run.workspace_id = own.workspace_id and run.active_queue_id = own.id
    where own.workspace_id = pool.workspace_id and own.work_pool_id = pool.id and run.state_type <> 'CANCELLING'
  ) end as active_slots`;

export function storageOf(stored: JsonText): WorkPoolStorageConfiguration {
  const parsed = WorkPoolStorageConfiguration.parse(parseJson(stored.text));
  if (!parsed.ok) throw new Error("a stored pool has a storage configuration that was never accepted");
  return parsed.value;
}

export function presentPool(row: WorkPoolRow): WorkPoolResponse {
  return {
    ...row,
    storage_configuration: storageOf(row.storage_configuration),
    status: row.type === WITHOUT_WORKERS ? null : row.status,
  };
}
