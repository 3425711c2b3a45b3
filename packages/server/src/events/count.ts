import { type EventCount, type EventFilter, fromMicroseconds, microseconds, type Timestamp } from "@praetor/wire";
import { sql, type StatementOptions, type WorkspaceExecutor } from "../platform/database/index.ts";
import { apiError } from "../platform/errors.ts";
import { eventCondition } from "./filter.ts";

export const TIME_UNITS = ["week", "day", "hour", "minute", "second"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

/** Spans of time: so many of a unit. */
export interface Interval {
  readonly unit: TimeUnit;
  readonly length: number;
}

const UNIT_SECONDS: Readonly<Record<TimeUnit, number>> = { week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 };
/** A Monday before any event: buckets are counted from it, so they do not move with the range that is asked for. */
const PIVOT = microseconds("2024-04-01T00:00:00Z" as Timestamp);
const MAXIMUM_BUCKETS = 1000;
const MAXIMUM_GROUPS = 1000;
const REPLICA: StatementOptions = { access: "replica" };

const widthOf = ({ unit, length }: Interval) => Math.round(UNIT_SECONDS[unit] * length * 1e6);

/** @throws ApiError `event_buckets_too_many` */
export function checkBuckets({ occurred }: EventFilter, interval: Interval): void {
  const buckets = Math.ceil((microseconds(occurred.until) - microseconds(occurred.since)) / widthOf(interval));
  if (buckets <= MAXIMUM_BUCKETS) return;
  throw apiError(
    "event_buckets_too_many",
    `The given interval would create ${buckets} buckets, which is too many. Please increase the interval or reduce the time range to produce ${MAXIMUM_BUCKETS} buckets or fewer.`,
  );
}

/** Counts by the name of the event, the most frequent first. */
export function countByEvent(database: WorkspaceExecutor, filter: EventFilter): Promise<EventCount[]> {
  return database.compose<EventCount>(
    (workspaceId) => sql`select e.event as value, e.event as label, count(*), min(e.occurred) as start_time,
        max(e.occurred) as end_time
      from events.event as e where e.workspace_id = ${workspaceId} and ${eventCondition(filter)}
      group by e.event order by count(*) desc, e.event limit ${MAXIMUM_GROUPS}`,
    REPLICA,
  );
}

/** Counts by primary resource, the most frequent first, each labelled with the name that it had last. */
export function countByResource(database: WorkspaceExecutor, filter: EventFilter): Promise<EventCount[]> {
  return database.compose<EventCount>(
    (workspaceId) => sql`with counted as (
        select e.resource_id, count(*), min(e.occurred) as start_time, max(e.occurred) as end_time
        from events.event as e where e.workspace_id = ${workspaceId} and ${eventCondition(filter)}
        group by e.resource_id order by count(*) desc, e.resource_id limit ${MAXIMUM_GROUPS})
      select newest.id as value, newest.label, counted.count, counted.start_time, counted.end_time
      from counted cross join lateral (
        select e.resource ->> 'prefect.resource.id' as id, coalesce(e.resource ->> 'prefect.resource.name',
          e.resource ->> 'prefect.name', e.resource ->> 'prefect.resource.id') as label
        from events.event as e where e.workspace_id = ${workspaceId} and e.resource_id = counted.resource_id
          and e.occurred = counted.end_time limit 1) as newest
      order by counted.count desc, newest.label collate "C"`,
    REPLICA,
  );
}

/**
 * Counts by spans of time in their order, those without events included. `grouping` may be another interval than
 * that of the spans: clients of old count by day whatever unit they send, and get those counts laid over the unit.
 */
export async function countByTime(
  database: WorkspaceExecutor,
  filter: EventFilter,
  spans: Interval,
  grouping: Interval,
  now: Timestamp,
): Promise<EventCount[]> {
  const width = widthOf(grouping);
  const rows = await database.compose<{ start: Timestamp; count: number }>(
    (workspaceId) => sql`select date_bin(make_interval(secs => ${width / 1e6}::double precision), e.occurred,
        ${fromMicroseconds(PIVOT)}::timestamptz) as start, count(*)
      from events.event as e where e.workspace_id = ${workspaceId} and ${eventCondition(filter)}
      group by 1 limit ${MAXIMUM_BUCKETS + 1}`,
    REPLICA,
  );
  const counts = emptySpans(filter, spans, now);
  const first = Math.floor((microseconds(filter.occurred.since) - PIVOT) / widthOf(spans));
  for (const { start, count } of rows) {
    const span = counts[Math.round((microseconds(start) - PIVOT) / width) - first];
    if (span) span.count = count;
  }
  return counts;
}

function emptySpans({ occurred }: EventFilter, interval: Interval, now: Timestamp): EventCount[] {
  const width = widthOf(interval);
  const end = Math.min(microseconds(occurred.until), endOfUnit(now, interval.unit));
  const counts: EventCount[] = [];
  const first = PIVOT + Math.floor((microseconds(occurred.since) - PIVOT) / width) * width;
  for (let start = first; start < end; start += width) {
    const [start_time, end_time] = [fromMicroseconds(start), fromMicroseconds(start + width - 1)];
    counts.push({ value: String(counts.length), label: start_time.replace("Z", "+00:00"), count: 0, start_time, end_time });
  }
  return counts;
}

/** The last microsecond of the present week, day, ...: later spans cannot have events yet. */
function endOfUnit(now: Timestamp, unit: TimeUnit): number {
  const width = UNIT_SECONDS[unit] * 1e6;
  return PIVOT + (Math.floor((microseconds(now) - PIVOT) / width) + 1) * width - 1;
}
