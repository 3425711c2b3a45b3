import type { Timestamp } from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor } from "../../platform/database/index.ts";
import { flowRunsMatching, type RunFilters } from "../run-filters/index.ts";

/** Mean seconds by which the runs began, or still are, later than expected; null where no run matches. */
export async function averageLateness(database: WorkspaceExecutor, filters: RunFilters, now: Timestamp): Promise<number | null> {
  const [row] = await database.compose<{ lateness: number | null }>(
    (workspace) => sql`
      select ${sumOfLateness(now)} / nullif(count(*), 0) as lateness
      from orion.flow_run as run where run.workspace_id = ${workspace} and ${flowRunsMatching(filters)}`,
    { access: "replica" },
  );
  return row?.lateness ?? null;
}

/**
 * The sum of `estimatedStartTimeDelta` over the rows `run`, in seconds. Intervals are added before they become numbers, and
 * without `extract`, which computes in decimals: the same by number and row takes a third longer.
 */
export function sumOfLateness(now: Timestamp): Fragment {
  return sql`(
    coalesce(date_part('epoch', sum(run.start_time - run.expected_start_time)
      filter (where run.start_time > run.expected_start_time)), 0)
    + coalesce(date_part('epoch', sum(${now}::timestamptz - run.expected_start_time)
      filter (where run.start_time is null and run.expected_start_time < ${now}::timestamptz
        and run.state_type not in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'))), 0))`;
}
