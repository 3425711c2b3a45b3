import type { EventFilter, JsonText, ReceivedEvent, Resource, Timestamp } from "@praetor/wire";
import { Fragment, sql, type StatementOptions, type WorkspaceExecutor } from "../platform/database/index.ts";
import { eventCondition } from "./filter.ts";

/** Where a page ended; the next one begins after it. */
export interface Position {
  readonly occurred: Timestamp;
  readonly id: string;
}

/** Which of the matching events are wanted. */
export interface EventSlice {
  readonly limit: number;
  readonly after?: Position | null;
}

interface EventRow extends Omit<ReceivedEvent, "resource" | "related"> {
  resource: JsonText;
  related: JsonText;
}

/** More matches than this are not counted; `total` then is this number. */
export const MAXIMUM_TOTAL = 1_000_000;

const REPLICA: StatementOptions = { access: "replica" };
const COLUMNS = sql`e.occurred, e.event, e.resource, e.related, e.payload, e.id, e.follows, e.received`;

/** Matching events in the filter's order; those of one instant by id. */
export async function readEvents(
  database: WorkspaceExecutor,
  filter: EventFilter,
  { limit, after }: EventSlice,
  options: StatementOptions = REPLICA,
): Promise<ReceivedEvent[]> {
  const ascending = filter.order === "ASC";
  const direction = ascending ? sql`asc` : sql`desc`;
  const beyond = ascending ? sql`>` : sql`<`;
  const rest = after ? sql`(e.occurred, e.id) ${beyond} (${after.occurred}::timestamptz, ${after.id}::uuid)` : sql`true`;
  const rows = await database.compose<EventRow>(
    (workspaceId) => sql`select ${COLUMNS} from ${source(filter, workspaceId, direction)} as e
      where e.workspace_id = ${workspaceId} and ${filter.resource?.distinct ? sql`true` : eventCondition(filter)} and ${rest}
      order by e.occurred ${direction}, e.id ${direction} limit ${limit}::bigint`,
    options,
  );
  return rows.map(eventOf);
}

/** The table itself or, where each resource counts once, its first event in the filter's order. */
function source(filter: EventFilter, workspaceId: Fragment, direction: Fragment): Fragment {
  if (!filter.resource?.distinct) return sql`events.event`;
  return sql`(select distinct on (e.resource_id) e.* from events.event as e
    where e.workspace_id = ${workspaceId} and ${eventCondition(filter)}
    order by e.resource_id, e.occurred ${direction}, e.id ${direction})`;
}

function eventOf({ resource, related, ...row }: EventRow): ReceivedEvent {
  // Both were stored from these types.
  return { ...row, resource: resource.value() as Resource, related: related.value() as Resource[] };
}

/** How many events match, up to `MAXIMUM_TOTAL`. */
export async function countMatches(database: WorkspaceExecutor, filter: EventFilter): Promise<number> {
  const distinct = filter.resource?.distinct ? sql`distinct e.resource_id` : Fragment.empty;
  const [row] = await database.compose<{ count: number }>(
    (workspaceId) => sql`select count(*) from (select ${distinct} from events.event as e
      where e.workspace_id = ${workspaceId} and ${eventCondition(filter)} limit ${MAXIMUM_TOTAL}) as found`,
    REPLICA,
  );
  return row?.count ?? 0;
}
