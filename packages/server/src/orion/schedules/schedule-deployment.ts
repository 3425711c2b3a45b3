import { addSeconds, microseconds, type Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { instantsOf } from "./instants.ts";
import { claimActive } from "./queries.ts";
import { clockOf, insertRuns, ofRuns, type WantedRuns } from "./scheduler.ts";

type Deps = Pick<Dependencies, "databases" | "ids" | "random" | "settings">;

/** Which runs are asked for; what is not said is as a scheduler has it. */
export interface Span {
  readonly start_time: Timestamp | null;
  readonly end_time: Timestamp | null;
  /** Seconds. */
  readonly min_time: number | null;
  readonly min_runs: number | null;
  readonly max_runs: number | null;
}

/** More in one request would keep the database busy for too long. */
const MOST = 10_000;

/**
 * Makes the runs of a deployment in a span of time, past or to come. A deployment that is not there has none.
 */
export function scheduleDeployment(deps: Deps, workspaceId: string, deploymentId: string, span: Span): Promise<number> {
  const { scheduler } = deps.settings.services;
  return deps.databases.orion.system.transaction(async (tx) => {
    const now = await clockOf(tx);
    const start = span.start_time ?? now;
    const end = span.end_time ?? addSeconds(start, scheduler.maxScheduledTime);
    const limits = {
      start: microseconds(start),
      end: microseconds(end),
      enough: microseconds(addSeconds(start, span.min_time ?? scheduler.minScheduledTime)),
      least: span.min_runs ?? scheduler.minRuns,
      most: Math.min(span.max_runs ?? scheduler.maxRuns, MOST),
    };
    const rows = await tx.all(claimActive, workspaceId, deploymentId);
    const wanted: WantedRuns[] = rows
      .map(ofRuns)
      .map((of) => ({ of, instants: [...within(instantsOf(of.schedule, limits.start), limits)] }));
    return insertRuns(deps, tx, wanted, now);
  });
}

interface Limits {
  readonly end: number;
  readonly enough: number;
  readonly least: number;
  readonly most: number;
}

function* within(instants: Iterable<number>, { end, enough, least, most }: Limits): Generator<number, undefined> {
  let count = 0;
  for (const instant of instants) {
    if (instant > end || count >= most) return;
    count += 1;
    yield instant;
    if (count >= most || (count >= least && instant >= enough)) return;
  }
}
