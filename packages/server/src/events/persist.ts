import { addSeconds } from "@praetor/wire";
import type { EventMessage } from "../platform/bus/index.ts";
import type { Dependencies } from "../platform/dependencies.ts";
import { isolate } from "../platform/isolate.ts";
import { createEventPartitionsOf, storeEvents } from "./queries.ts";

const DAY_SECONDS = 86_400;
/** Clocks of clients differ, and the process that makes partitions may be away for a while. */
const DAYS_AHEAD = 3;

/**
 * Stores a batch of events; those that are stored already are left as they are. Resolves when the rows are durable. An
 * event that cannot be stored, now or later, is logged and left out.
 *
 * @throws DatabaseUnavailable when the same batch may succeed later
 */
export function persistEvents(
  { databases, log }: Pick<Dependencies, "databases" | "log">,
  messages: readonly EventMessage[],
): Promise<void> {
  return isolate(
    messages,
    (batch) => storeEvents(databases.events.system, batch),
    ({ event }, error) => log.warn({ event: event.id, err: error }, "an event was not stored"),
  );
}

/** Makes the partitions that events of yesterday, of today and of the next days go to. */
export async function createPartitions({
  databases,
  clock,
  log,
}: Pick<Dependencies, "databases" | "clock" | "log">): Promise<void> {
  const dayAfter = (days: number) => addSeconds(clock.now(), days * DAY_SECONDS).slice(0, 10);
  const made = await createEventPartitionsOf(databases.events.system, dayAfter(-1), dayAfter(DAYS_AHEAD));
  if (made > 0) log.debug({ partitions: made }, "partitions for events were made");
}
