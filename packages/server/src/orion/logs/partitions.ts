import { addSeconds } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { createLogPartitionsOf } from "./queries.ts";

const DAY_SECONDS = 86_400;
/** Clocks of clients differ, and the process that makes partitions may be away for a while. */
const DAYS_AROUND = 7;

/** Makes the partitions that lines of the last week, of this and of the next go to. */
export async function createLogPartitions({
  databases,
  clock,
  log,
}: Pick<Dependencies, "databases" | "clock" | "log">): Promise<void> {
  const dayAfter = (days: number) => addSeconds(clock.now(), days * DAY_SECONDS).slice(0, 10);
  const row = await databases.events.system.first(createLogPartitionsOf, dayAfter(-DAYS_AROUND), dayAfter(DAYS_AROUND));
  if (row && row.made > 0) log.debug({ partitions: row.made }, "partitions for logs were made");
}
