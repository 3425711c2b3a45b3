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
import { sumOfLateness } from "./lateness.ts";

/** A history asks for at most this many buckets; what lies beyond is left out. */
const MOST_BUCKETS = 500;

export interface HistoryRange {
  readonly history_start: Timestamp;
  readonly history_end: Timestamp;
  /** Seconds. */
  readonly history_interval_seconds: number;
}

/** What is counted: the rows of `from`, named `run`, that pass `matching`. */
export interface HistorySource {
  readonly from: Fragment;
  readonly matching: Fragment;
  /** Whether nothing but the expected start decides what matches, and an index finds the rows by it. */
  readonly byTimeAlone: boolean;
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
 * Counts runs by when they were expected to start and by state.
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
  const countIn = source.byTimeAlone ? countBucketByBucket : countInOnePass;
  const { history_start: start } = range;
  const buckets = { start, starts, step, end: addSeconds(start, starts.length * step) };
  const rows = await database.compose<Bucket>((workspace) => countIn(buckets, source, sums(now), workspace), {
    access: "replica",
  });
  const states = Map.groupBy(rows, ({ bucket }) => bucket);
  return starts.map((interval_start, index) => ({
    interval_start,
    interval_end: addSeconds(interval_start, step),
    states: states.get(index) ?? [],
  }));
}

interface Buckets {
  /** Of the first one. */
  readonly start: Timestamp;
  readonly starts: readonly Timestamp[];
  /** Of the last one. */
  readonly end: Timestamp;
  /** Seconds. */
  readonly step: number;
}

/** What is told of the runs of a bucket that are in one state. */
function sums(now: Timestamp): Fragment {
  const running = sql`case when run.state_type = 'RUNNING'
    then date_part('epoch', ${now}::timestamptz - run.state_timestamp) else 0 end`;
  return sql`count(*) as count_runs, sum(greatest(0, run.total_run_time + ${running})) as sum_estimated_run_time,
    ${sumOfLateness(now)} as sum_estimated_lateness`;
}

/** The bucket of a run is arithmetic on its time, so that the cost is one pass over the runs however many buckets there are. */
function countInOnePass(buckets: Buckets, { from, matching }: HistorySource, totals: Fragment, workspace: Fragment): Fragment {
  const { start, step, end } = buckets;
  return sql`
    select floor(date_part('epoch', run.expected_start_time - ${start}::timestamptz) / ${step}::double precision)::integer as bucket,
      run.state_type, run.state_name, ${totals}
    from ${from}
    where run.workspace_id = ${workspace} and run.state_type is not null
      and run.expected_start_time >= ${start}::timestamptz and run.expected_start_time < ${end}::timestamptz
      and ${matching}
    group by 1, 2, 3`;
}

/**
 * Each bucket is a piece of the index, which spares the arithmetic: 3.3 ms instead of 5.2 for 24 buckets of 8,640 runs. Other
 * criteria might be looked up anew for each bucket. Edges come as lists, since a plan for lists is kept: a series whose length
 * is a parameter was planned anew each time, half a millisecond.
 */
function countBucketByBucket(
  buckets: Buckets,
  { from, matching }: HistorySource,
  totals: Fragment,
  workspace: Fragment,
): Fragment {
  const { starts, end } = buckets;
  return sql`
    select (bucket.number - 1)::integer as bucket, state.*
    from unnest(${starts}::timestamptz[], ${[...starts.slice(1), end]}::timestamptz[]) with ordinality as bucket("from", "to", number)
    cross join lateral (
      select run.state_type, run.state_name, ${totals}
      from ${from}
      where run.workspace_id = ${workspace} and run.state_type is not null
        and run.expected_start_time >= bucket."from" and run.expected_start_time < bucket."to" and ${matching}
      group by 1, 2
    ) as state`;
}
