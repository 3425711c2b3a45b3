import {
  type Cron,
  daysOf,
  microseconds,
  parseCron,
  parseRRule,
  type Recurrence,
  type Schedule,
  SECONDS_OF_DAY,
} from "@praetor/wire";
import { cronClocks } from "./cron-dates.ts";
import { intervalInstants } from "./interval-dates.ts";
import { recurrenceClocks } from "./rule-clocks.ts";
import { type Zone, zoneOf } from "./zone.ts";

const MICROSECONDS = 1e6;

/** Where a rule begins that does not say so. */
const DEFAULT_START = daysOf(2020, 1, 1) * SECONDS_OF_DAY;

/** The instants of a schedule from `start` on, in microseconds since 1970, each later than the one before. */
export function* instantsOf(schedule: Schedule, start: number): Generator<number, undefined> {
  let last = Number.NEGATIVE_INFINITY;
  for (const instant of candidatesOf(schedule, start)) {
    if (instant < start || instant <= last) continue;
    last = instant;
    yield instant;
  }
}

function candidatesOf(schedule: Schedule, start: number): Iterable<number> {
  const zone = zoneOf(schedule.timezone);
  if ("interval" in schedule) return intervalInstants(schedule.interval, microseconds(schedule.anchor_date), start, zone);
  const second = Math.ceil(start / MICROSECONDS);
  if ("cron" in schedule) {
    const after = zone.wallClock(second) - 1;
    return located(cronClocks(cronOf(schedule.cron), after, schedule.day_or), zone);
  }
  // What clocks show again after they were put back is asked for too: which of it lies before the start, the instant says.
  const from = zone.wallClock(second) - SECONDS_OF_DAY;
  return located(recurrenceClocks(recurrenceOf(schedule.rrule), DEFAULT_START, from), zone);
}

/**
 * The instants at which clocks show the times. A time that they skip stands for one after the change, which the next times may come
 * before: it waits for its turn.
 */
function* located(clocks: Iterable<number>, zone: Zone): Generator<number, undefined> {
  let waiting: number[] = [];
  for (const clock of clocks) {
    const instant = zone.instantOf(clock);
    if (zone.wallClock(instant) !== clock) {
      waiting.push(instant);
      continue;
    }
    for (const skipped of waiting) if (skipped < instant) yield skipped * MICROSECONDS;
    waiting = waiting.filter((skipped) => skipped > instant);
    yield instant * MICROSECONDS;
  }
  for (const skipped of waiting) yield skipped * MICROSECONDS;
}

/** Texts are read once: schedules are asked again and again. */
const MAXIMUM_KEPT = 5000;
const crons = new Map<string, Cron>();
const recurrences = new Map<string, Recurrence>();

const cronOf = (text: string) => kept(crons, text, parseCron);
const recurrenceOf = (text: string) => kept(recurrences, text, parseRRule);

function kept<T>(known: Map<string, T>, text: string, parse: (text: string) => T): T {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MAXIMUM_KEPT) known.clear();
  const parsed = parse(text);
  known.set(text, parsed);
  return parsed;
}
