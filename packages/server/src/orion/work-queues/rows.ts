import { type JsonText, parseJson, QueueFilter, type WorkQueue, type WorkQueueResponse } from "@praetor/wire";

/** A queue as it is stored, with its pool's name, and the runs that hold its slots where a limit counts them. */
export interface WorkQueueRow extends Omit<WorkQueueResponse, "filter"> {
  readonly filter: JsonText | null;
}

/** Whether a run that is being cancelled still holds its slot: to the routes without pools it does. */
type Counted = "submitted and running" | "cancelling too";

/** The columns of `orion.work_queue as queue`, joined with its pool as `pool`. */
export function queueColumns(counted: Counted): string {
  const condition = counted === "cancelling too" ? "" : "and run.state_type <> 'CANCELLING'";
  return `queue.id, queue.created, queue.updated, queue.name, queue.description, queue.is_paused, queue.concurrency_limit,
    queue.priority, queue.work_pool_id, queue.filter, queue.last_polled, queue.status, pool.name as work_pool_name,
    case when queue.concurrency_limit is not null then (
      select count(*) from orion.flow_run as run
      where run.workspace_id = queue.workspace_id and run.active_queue_id = queue.id ${condition}
    ) end as active_slots`;
}

export const QUEUE_JOINS = `orion.work_queue as queue
  join orion.work_pool as pool on pool.workspace_id = queue.workspace_id and pool.id = queue.work_pool_id`;

export function presentQueue(row: WorkQueueRow): WorkQueueResponse {
  return { ...row, filter: row.filter && filterOf(row.filter) };
}

/** A queue without what belongs to its pool. */
export interface FilteredQueue extends Omit<WorkQueue, "filter"> {
  readonly filter: JsonText | null;
}

export function presentFiltered(row: FilteredQueue): WorkQueue {
  return { ...row, filter: row.filter && filterOf(row.filter) };
}

export function filterOf(stored: JsonText): QueueFilter {
  const parsed = QueueFilter.parse(parseJson(stored.text));
  if (!parsed.ok) throw new Error("a stored queue has a filter that was never accepted");
  return parsed.value;
}
