import {
  addSeconds,
  fromMicroseconds,
  microseconds,
  secondsBetween,
  type TaskRunCount,
  type TaskRunFilter,
  type Timestamp,
} from "@praetor/wire";
import { sql, type WorkspaceExecutor } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { type RunFilters, taskRunsMatching } from "../run-filters/index.ts";

const BUCKETS = 20;
const MINUTE = 60_000_000;

interface Bucket extends TaskRunCount {
  readonly bucket: number;
}

const startOfMinute = (moment: Timestamp) => fromMicroseconds(Math.floor(microseconds(moment) / MINUTE) * MINUTE);
const endOfMinute = (moment: Timestamp) => addSeconds(startOfMinute(moment), 59.999_999);

/**
 * Counts the task runs that have ended by when they began: 20 equal buckets over whole minutes.
 * @throws ApiError `dashboard_start_missing`
 */
export async function countForDashboard(
  database: WorkspaceExecutor,
  filters: RunFilters & { readonly task_runs: TaskRunFilter },
  now: Timestamp,
): Promise<TaskRunCount[]> {
  const { start_time: range } = filters.task_runs;
  if (!range?.after_) throw apiError("dashboard_start_missing");
  const start = startOfMinute(range.after_);
  const step = secondsBetween(start, endOfMinute(range.before_ ?? now)) / BUCKETS;
  const matching = taskRunsMatching({ ...filters, task_runs: { ...filters.task_runs, state: ended() } });
  const rows = await database.compose<Bucket>(
    (workspace) => sql`
      select
        floor(extract(epoch from task.start_time - ${start}::timestamptz)::double precision / ${step}::double precision) as bucket,
        count(*) filter (where task.state_type not in ('FAILED', 'CRASHED')) as completed,
        count(*) filter (where task.state_type in ('FAILED', 'CRASHED')) as failed
      from orion.task_run as task
      where task.workspace_id = ${workspace} and task.start_time is not null and ${matching}
      group by 1`,
    { access: "replica" },
  );
  const found = new Map(rows.map(({ bucket, completed, failed }) => [bucket, { completed, failed }]));
  return Array.from({ length: BUCKETS }, (_, bucket) => found.get(bucket) ?? { completed: 0, failed: 0 });
}

function ended(): TaskRunFilter["state"] {
  return { operator: "and_", type: { any_: ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"] }, name: null };
}
