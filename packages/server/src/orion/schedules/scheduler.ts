import { addSeconds, fromMicroseconds, microseconds, noFlowRunPolicy, Schedule, type Timestamp } from "@praetor/wire";
import type { SystemExecutor } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type CatchUp, type Fill, fill, type Horizon } from "./fill.ts";
import { advanceSchedules, claimDue, claimFresh, type DueSchedule, insertScheduledRuns, readClock } from "./queries.ts";
import { type RunRow, runRows, type ScheduleOfRuns, scheduleRow } from "./run-rows.ts";

export type SchedulerDeps = Pick<Dependencies, "databases" | "ids" | "random" | "log" | "settings">;

/** A schedule that cannot be followed is looked at again after so long: whoever mends it has it looked at right away. */
const FAULT_SECONDS = 3600;

export interface Pass {
  /** Only what has had no runs since it was made or changed. */
  readonly freshOnly?: boolean;
  /** The instant of the pass; that of the database's clock unless given. */
  readonly now?: Timestamp;
}

/**
 * One pass: takes a batch of schedules that want runs and makes them. Any number of schedulers may do so at once, and one that ends
 * in between leaves everything as it was. Answers whether more may wait.
 */
export function scheduleRuns(deps: SchedulerDeps, pass: Pass = {}): Promise<boolean> {
  const { deploymentBatchSize: batch } = deps.settings.services.scheduler;
  return deps.databases.orion.system.transaction(async (tx) => {
    const now = pass.now ?? (await clockOf(tx));
    const due = await tx.all(pass.freshOnly ? claimFresh : claimDue, now, batch);
    const filled = due.map((row) => fillOne(deps, row, now));
    await makeRuns(deps, tx, filled, now);
    await tx.all(advanceSchedules, JSON.stringify(filled.map(advanced)));
    return due.length === batch;
  });
}

export async function clockOf(executor: SystemExecutor): Promise<Timestamp> {
  const row = await executor.first(readClock);
  if (row === undefined) throw new Error("the database tells no time");
  return row.now;
}

/** A schedule, the runs that it wants, and how far it comes with them. */
interface Filled {
  readonly row: DueSchedule;
  readonly of: ScheduleOfRuns | undefined;
  readonly fill: Fill;
  readonly fault: string | null;
}

export function horizonOf({ settings }: Pick<SchedulerDeps, "settings">): Horizon {
  const { minRuns, maxRuns, minScheduledTime, maxScheduledTime } = settings.services.scheduler;
  return { minimumRuns: minRuns, maximumRuns: maxRuns, minimumTime: minScheduledTime, maximumTime: maxScheduledTime };
}

function catchUpOf({ catch_up: policy, catch_up_seconds: seconds }: DueSchedule): CatchUp {
  return policy === "recent" ? { policy, seconds: seconds ?? 0 } : { policy };
}

/** One that fails keeps none of the others: it is noted, and left alone for a while. */
function fillOne(deps: SchedulerDeps, row: DueSchedule, now: Timestamp): Filled {
  const state = { until: microseconds(row.scheduled_until), now: microseconds(now) };
  try {
    const of = ofRuns(row);
    return { row, of, fill: fill(of.schedule, state, horizonOf(deps), catchUpOf(row)), fault: null };
  } catch (error) {
    deps.log.error({ err: error, schedule: row.id, deployment: row.deployment_id }, "a schedule cannot be followed");
    const due = microseconds(addSeconds(now, FAULT_SECONDS));
    const fault = error instanceof Error ? error.message : String(error);
    return { row, of: undefined, fill: { instants: [], until: state.until, due }, fault };
  }
}

/** @throws Error when the stored schedule cannot be read */
export function ofRuns(row: DueSchedule): ScheduleOfRuns {
  const parsed = Schedule.parse(row.schedule.value());
  if (!parsed.ok) throw new Error("The stored schedule cannot be read.");
  return { ...row, schedule: parsed.value };
}

async function makeRuns(deps: SchedulerDeps, tx: SystemExecutor, filled: readonly Filled[], now: Timestamp): Promise<void> {
  const wanted = filled.flatMap(({ of, fill: { instants } }) =>
    of === undefined || instants.length === 0 ? [] : [{ of, instants }],
  );
  await insertRuns(deps, tx, wanted, now);
}

export interface WantedRuns {
  readonly of: ScheduleOfRuns;
  readonly instants: readonly number[];
}

/** Makes runs, so many with one statement as the settings say; answers how many were not there yet. */
export async function insertRuns(
  { ids, random, settings }: Pick<SchedulerDeps, "ids" | "random" | "settings">,
  tx: SystemExecutor,
  wanted: readonly WantedRuns[],
  now: Timestamp,
): Promise<number> {
  const size = settings.services.scheduler.insertBatchSize;
  let made = 0;
  let schedules: object[] = [];
  let runs: RunRow[] = [];
  const flush = async () => {
    if (runs.length === 0) return;
    made += (await tx.all(insertScheduledRuns, JSON.stringify(schedules), JSON.stringify(runs), now, noFlowRunPolicy())).length;
    [schedules, runs] = [[], []];
  };
  for (const { of, instants } of wanted) {
    if (runs.length + instants.length > size) await flush();
    schedules.push(scheduleRow(of));
    runs.push(...runRows({ ids, random }, of, instants));
  }
  await flush();
  return made;
}

function advanced({ row, fill: { until, due }, fault }: Filled) {
  return {
    workspace_id: row.workspace_id,
    id: row.id,
    until: fromMicroseconds(until),
    due: due === null ? null : fromMicroseconds(due),
    fault,
  };
}
