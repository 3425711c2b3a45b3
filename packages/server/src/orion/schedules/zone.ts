import { SECONDS_OF_DAY, type WallClock } from "@praetor/wire";

/** A stretch of time with one offset from UTC, in seconds: it begins at `from` (seconds since 1970). */
interface Stretch {
  readonly from: number;
  readonly offset: number;
}

const YEAR = 366 * SECONDS_OF_DAY;
/** No zone has ever changed its offset twice within so many days, so that a look at every such step misses no change. */
const LOOK_EVERY = 7 * SECONDS_OF_DAY;

/**
 * A time zone: how far its clocks are ahead of UTC at each instant. The platform can only be asked for one instant at a time and is
 * slow; what it says of a year is kept.
 */
export class Zone {
  readonly #format: Intl.DateTimeFormat | null;
  readonly #years = new Map<number, readonly Stretch[]>();

  /** A name that the platform does not know stands for UTC. */
  constructor(name: string) {
    this.#format = formatOf(name);
  }

  /** Seconds that clocks of the zone are ahead of UTC at an instant. */
  offsetAt(instant: number): number {
    if (this.#format === null) return 0;
    const year = Math.floor(instant / YEAR);
    let stretches = this.#years.get(year);
    if (stretches === undefined) {
      stretches = stretchesOf(this.#format, year * YEAR);
      this.#years.set(year, stretches);
    }
    let found = 0;
    for (const { from, offset } of stretches) {
      if (from > instant) break;
      found = offset;
    }
    return found;
  }

  /** What clocks of the zone show at an instant. */
  wallClock(instant: number): WallClock {
    return instant + this.offsetAt(instant);
  }

  /**
   * The instant at which clocks show a time: the first of two, and where they skip it, the one that they would show had they not
   * been changed. `preferred` is an offset to keep where it is possible.
   */
  instantOf(clock: WallClock, preferred?: number): number {
    if (preferred !== undefined && this.offsetAt(clock - preferred) === preferred) return clock - preferred;
    const before = clock - this.offsetAt(clock - SECONDS_OF_DAY);
    if (this.wallClock(before) === clock) return before;
    const after = clock - this.offsetAt(clock + SECONDS_OF_DAY);
    return this.wallClock(after) === clock ? after : before;
  }
}

const zones = new Map<string, Zone>();

/** The zone of that name; none, or an empty name, is UTC. */
export function zoneOf(name: string | null): Zone {
  const key = name || "UTC";
  let zone = zones.get(key);
  if (zone === undefined) {
    zone = new Zone(key);
    zones.set(key, zone);
  }
  return zone;
}

const PARTS = {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
} as const;

function formatOf(name: string): Intl.DateTimeFormat | null {
  if (name === "UTC" || name === "Factory") return null;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name, hourCycle: "h23", era: "short", ...PARTS });
  } catch {
    return null;
  }
}

/** The stretches that begin in the year from `start` on, and before them the one that it begins in. */
function stretchesOf(format: Intl.DateTimeFormat, start: number): Stretch[] {
  const stretches: Stretch[] = [{ from: Number.NEGATIVE_INFINITY, offset: askOffset(format, start) }];
  let [known, at] = [stretches[0]?.offset ?? 0, start];
  while (at < start + YEAR) {
    const next = Math.min(at + LOOK_EVERY, start + YEAR);
    const offset = askOffset(format, next);
    if (offset !== known) {
      stretches.push({ from: changeBetween(format, at, next, known), offset });
      known = offset;
    }
    at = next;
  }
  return stretches;
}

/** The first second after `early` with another offset than `offset`, which `late` has. */
function changeBetween(format: Intl.DateTimeFormat, early: number, late: number, offset: number): number {
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askOffset(format, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** `11/29/2026 A, 00:22:51`. */
const SHOWN = /^(\d+)\/(\d+)\/(\d+) ([AB])\D*(\d+):(\d+):(\d+)$/;

function askOffset(format: Intl.DateTimeFormat, instant: number): number {
  const match = SHOWN.exec(format.format(instant * 1000));
  if (match === null) throw new Error("The platform shows a date in a form of its own.");
  const [month = 0, day = 0, year = 0, , hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(match[4] === "B" ? 1 - year : year, month - 1, day, hour, minute, second) / 1000 - instant;
}
