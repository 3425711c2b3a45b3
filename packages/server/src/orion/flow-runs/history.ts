import {
  addSeconds,
  fromMicroseconds,
  type HistoryResponse,
  type HistoryResponseState,
  microseconds,
  type Timestamp,
} from "@praetor/wire";
import { type Fragment, sql, type WorkspaceExecutor } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";

/** A history asks for at most this many buckets; what lies beyond is left out. */
const MOST_BUCKETS = 500;

export interface HistoryRange {
  readonly history_start: Timestamp;
  readonly history_end: Timestamp;
  /** Seconds. */
  readonly history_interval_seconds: number;
}

/** What is counted: the rows of `from`, named `run`, that pass `matching`. `lateness` is in seconds. */
export interface HistorySource {
  readonly from: Fragment;
  readonly matching: Fragment;
  readonly lateness: Fragment;
}

interface Bucket extends HistoryResponseState {
  readonly bucket: number;
}

/** Where the buckets lie: half-open, each a step long, the last perhaps beyond the end. */
function bucketStarts({ history_start, history_end, history_interval_seconds: step }: HistoryRange): Timestamp[] {
  const span = (microseconds(history_end) - microseconds(history_start)) / 1_000_000;
  const count = Math.max(0, Math.min(MOST_BUCKETS, Math.ceil(span / step)));
  return Array.from({ length: count }, (_, index) =>
    fromMicroseconds(microseconds(history_start) + Math.round(index * step * 1_000_000)),
  );
}

/**
 * Counts runs by when they were expected to start and by state. The bucket of a run is arithmetic on its time, so the
 * cost is one pass over the runs of the range however many buckets there are.
 * @throws ApiError `history_interval_too_short`
 */
export async function readHistory(
  database: WorkspaceExecutor,
  range: HistoryRange,
  source: HistorySource,
  now: Timestamp,
): Promise<HistoryResponse[]> {
  const step = range.history_interval_seconds;
  if (step < 1) throw apiError("history_interval_too_short");
  const starts = bucketStarts(range);
  if (starts.length === 0) return [];
  const end = addSeconds(range.history_start, starts.length * step);
  const running = sql`case when run.state_type = 'RUNNING'
    then date_part('epoch', ${now}::timestamptz - run.state_timestamp) else 0 end`;
  const rows = await database.compose<Bucket>(
    (workspace) => sql`
      select
        floor(date_part('epoch', run.expected_start_time - ${range.history_start}::timestamptz) / ${step}::double precision)::integer
          as bucket,
        run.state_type, run.state_name, count(*) as count_runs,
        sum(greatest(0, run.total_run_time + ${running})) as sum_estimated_run_time,
        sum(greatest(0, ${source.lateness})) as sum_estimated_lateness
      from ${source.from}
      where run.workspace_id = ${workspace} and run.state_type is not null
        and run.expected_start_time >= ${range.history_start}::timestamptz and run.expected_start_time < ${end}::timestamptz
        and ${source.matching}
      group by 1, 2, 3`,
    { access: "replica" },
  );
  const states = Map.groupBy(rows, ({ bucket }) => bucket);
  return starts.map((start, index) => ({
    interval_start: start,
    interval_end: addSeconds(start, step),
    states: states.get(index) ?? [],
  }));
}
