import { SECONDS_OF_DAY } from "@praetor/wire";
import type { Zone } from "./zone.ts";

const MICROSECONDS = 1e6;
/** The last instant of the year 9999, in microseconds. */
const LAST = 253_402_300_799 * MICROSECONDS;

/**
 * The instants of an interval from `start` on, in microseconds since 1970. Whole days are days of the zone, so that the clock time
 * stays the same over a change of the clocks; what is left of the interval is exact time.
 */
export function* intervalInstants(interval: number, anchor: number, start: number, zone: Zone): Generator<number, undefined> {
  const length = Math.round(interval * MICROSECONDS);
  const days = Math.floor(interval / SECONDS_OF_DAY);
  const rest = length - days * SECONDS_OF_DAY * MICROSECONDS;
  let at = anchor + length * Math.trunc((start - anchor) / length);
  while (at < start) at = later(at, days, rest, zone);
  while (at <= LAST) {
    yield at;
    at = later(at, days, rest, zone);
  }
}

function later(instant: number, days: number, rest: number, zone: Zone): number {
  if (days === 0) return instant + rest;
  const seconds = Math.floor(instant / MICROSECONDS);
  const offset = zone.offsetAt(seconds);
  const moved = zone.instantOf(seconds + offset + days * SECONDS_OF_DAY, offset);
  return moved * MICROSECONDS + (instant - seconds * MICROSECONDS) + rest;
}
