import type { Timestamp } from "@praetor/wire";
import type { Database } from "./executor.ts";
import { systemStatement } from "./statement.ts";

const readNow = systemStatement<[], { now: Timestamp }>("database.now", "select clock_timestamp() as now");

/** The present instant by the clock that all servers share: one whose own clock is wrong must not take others' runs for late. */
export async function databaseNow(database: Database): Promise<Timestamp> {
  const row = await database.system.first(readNow);
  if (row === undefined) throw new Error("the database told no time");
  return row.now;
}
