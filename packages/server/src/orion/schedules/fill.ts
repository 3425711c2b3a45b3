import type { Schedule } from "@praetor/wire";
import { instantsOf } from "./instants.ts";

const SECOND = 1e6;

/**
 * What becomes of instants that passed while no scheduler ran: none is made up for, only the latest, all, or those not older than so
 * many seconds.
 */
export type CatchUp = { readonly policy: "none" | "latest" | "all" } | { readonly policy: "recent"; readonly seconds: number };

/** How far ahead runs are made: at least so many and so long, at most so many and so long. Times are seconds. */
export interface Horizon {
  readonly minimumRuns: number;
  readonly maximumRuns: number;
  readonly minimumTime: number;
  readonly maximumTime: number;
}

/** What a schedule has, in microseconds since 1970: all instants up to `until` have their runs. */
export interface FillState {
  readonly until: number;
  readonly now: number;
}

export interface Fill {
  /** The instants that want runs, in order. */
  readonly instants: readonly number[];
  /** All instants up to here have their runs with these. */
  readonly until: number;
  /** When more will be wanted; null when there will be none. */
  readonly due: number | null;
}

/** Whoever restarts, or has a clock that is off, finds instants that have just passed: they are late, not missed. */
const JUST_PASSED = 15 * 60 * SECOND;

/** The most runs of one schedule in one go, so that a long outage of a frequent schedule is made up for bit by bit. */
const AT_ONCE = 500;

/** Which instants of a schedule want runs now, by the rules that bring it up to its horizon. */
export function fill(schedule: Schedule, { until, now }: FillState, horizon: Horizon, catchUp: CatchUp): Fill {
  const from = until >= now ? now : Math.max(until, earliest(now, catchUp));
  const end = now + horizon.maximumTime * SECOND;
  const coming: number[] = [];
  let passed: number[] = [];
  let fresh: number[] = [];
  for (const instant of instantsOf(schedule, from)) {
    if (instant > end)
      return { ...made(passed, fresh, until), due: soonest(coming, now, instant - horizon.maximumTime * SECOND, horizon) };
    if (instant > until) {
      if (instant >= now) fresh.push(instant);
      else passed = catchUp.policy === "latest" && instant < now - JUST_PASSED ? [instant] : [...passed, instant];
    }
    if (instant >= now) coming.push(instant);
    if (passed.length + fresh.length >= AT_ONCE) return { ...made(passed, fresh, until), due: now };
    if (isEnough(coming, now, horizon)) return { ...made(passed, fresh, until), due: nextFill(coming, now, horizon) };
  }
  return { ...made(passed, fresh, until), due: null };
}

function earliest(now: number, catchUp: CatchUp): number {
  if (catchUp.policy === "none") return now - JUST_PASSED;
  return catchUp.policy === "recent" ? now - catchUp.seconds * SECOND : Number.NEGATIVE_INFINITY;
}

function made(passed: readonly number[], fresh: readonly number[], until: number): Pick<Fill, "instants" | "until"> {
  const instants = [...passed, ...fresh];
  return { instants, until: instants.at(-1) ?? until };
}

function isEnough(coming: readonly number[], now: number, { minimumRuns, maximumRuns, minimumTime }: Horizon): boolean {
  if (coming.length >= maximumRuns) return true;
  return coming.length >= minimumRuns && (coming.at(-1) ?? 0) >= now + minimumTime * SECOND;
}

/** When too few of the coming instants, or too little time, will be left. */
function nextFill(coming: readonly number[], now: number, { minimumRuns, minimumTime }: Horizon): number {
  const tooFew = coming[Math.max(0, coming.length - minimumRuns)] ?? now;
  const tooShort = (coming.at(-1) ?? now) - minimumTime * SECOND;
  // A schedule so frequent that its most runs do not last long enough is topped up when half of them have passed.
  const half = coming[Math.floor(coming.length / 2)] ?? now;
  return Math.min(tooFew, tooShort > now ? tooShort : half) + 1;
}

/** When the first instant beyond the longest horizon comes into it, or before that, when one of the coming ones has passed. */
function soonest(coming: readonly number[], now: number, entry: number, horizon: Horizon): number {
  if (!isEnough(coming, now, { ...horizon, maximumRuns: Number.POSITIVE_INFINITY })) return Math.max(entry, now + SECOND);
  return Math.min(nextFill(coming, now, horizon), Math.max(entry, now + SECOND));
}
