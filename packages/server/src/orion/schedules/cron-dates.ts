import {
  CRON,
  type Cron,
  type CronValue,
  dateOf,
  daysOf,
  monthLength,
  type Occurrence,
  SECONDS_OF_DAY,
  type WallClock,
  weekdayOf,
} from "@praetor/wire";

/** Between two instants of an expression lie at most so many years; beyond, there is none. */
const MAXIMUM_YEARS = 50;

interface Reading {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly days: number;
}

function readingOf(clock: WallClock): Reading {
  const days = Math.floor(clock / SECONDS_OF_DAY);
  const rest = clock - days * SECONDS_OF_DAY;
  return {
    ...dateOf(days),
    days,
    hour: Math.floor(rest / 3600),
    minute: Math.floor((rest % 3600) / 60),
    second: rest % 60,
  };
}

/** Where a field first fits: the same time when it fits there, null when it never does. */
type Advance = (clock: WallClock, reading: Reading) => WallClock | null;

/**
 * The times at which an expression fires, on a wall clock and after `after`. With `either`, a day of the month and a weekday that
 * are both given are alternatives.
 */
export function* cronClocks(cron: Cron, after: WallClock, either: boolean): Generator<WallClock, undefined> {
  const ways = either && isRestricted(cron, CRON.day) && isRestricted(cron, CRON.weekday) ? alternatives(cron) : [cron];
  const advances = ways.map(advancesOf);
  for (let at = Math.floor(after); ; ) {
    const next = advances.map((each) => nextClock(each, cron.fields.length, at)).filter((clock) => clock !== null);
    if (next.length < advances.length) return;
    at = Math.min(...next);
    yield at;
  }
}

const isRestricted = ({ fields }: Cron, field: number) => fields[field]?.[0] !== "*";

/** The expression without its weekday and without its day of the month. Occurrences of weekdays stay in both. */
function alternatives({ fields, occurrences }: Cron): Cron[] {
  const without = (field: number): Cron => ({
    fields: fields.map((values, index) => (index === field ? ["*"] : values)),
    occurrences,
  });
  return [without(CRON.weekday), without(CRON.day)];
}

function nextClock(advances: readonly Advance[], fields: number, after: WallClock): WallClock | null {
  let clock = after + (fields > 5 ? 1 : 60);
  const first = readingOf(clock).year;
  settle: for (;;) {
    const reading = readingOf(clock);
    if (Math.abs(reading.year - first) > MAXIMUM_YEARS) return null;
    for (const advance of advances) {
      const next = advance(clock, reading);
      if (next === null) return null;
      if (next !== clock) {
        clock = next;
        continue settle;
      }
    }
    return fields > 5 ? clock : clock - reading.second;
  }
}

/** One step for each field that restricts anything, from the year down to the second. */
function advancesOf({ fields, occurrences }: Cron): Advance[] {
  const values = (field: number) => fields[field] ?? ["*"];
  const restricts = (field: number) => !values(field).includes("*");
  const advances: Advance[] = [];
  if (restricts(CRON.year)) advances.push(toYear(values(CRON.year)));
  if (restricts(CRON.month)) advances.push(toMonth(values(CRON.month)));
  if (restricts(CRON.day)) advances.push(toDay(values(CRON.day)));
  if (occurrences.size > 0) advances.push(toOccurrence(occurrences));
  else if (restricts(CRON.weekday)) advances.push(toWeekday(values(CRON.weekday)));
  if (restricts(CRON.hour)) advances.push(toHour(values(CRON.hour)));
  if (restricts(CRON.minute)) advances.push(toMinute(values(CRON.minute)));
  if (restricts(CRON.second)) advances.push(toSecond(values(CRON.second)));
  return advances;
}

/** How far the next allowed value lies ahead; a field of `range` values begins again after its last. */
function distance(value: number, allowed: readonly CronValue[], range: number): number {
  const numbers = allowed.map((each) => (each === "l" ? range : Number(each)));
  const next = numbers.find((number) => number >= value);
  return next === undefined ? (numbers[0] ?? 0) - value + range : next - value;
}

const at = (year: number, month: number, day: number): WallClock => daysOf(year, month, day) * SECONDS_OF_DAY;

const toYear =
  (years: readonly CronValue[]): Advance =>
  (clock, { year }) => {
    const next = years.find((each) => Number(each) >= year);
    if (next === undefined) return null;
    return next === year ? clock : at(Number(next), 1, 1);
  };

const toMonth =
  (months: readonly CronValue[]): Advance =>
  (clock, { year, month }) => {
    const ahead = distance(month, months, 12);
    if (ahead === 0) return clock;
    const index = month - 1 + ahead;
    return at(year + Math.floor(index / 12), (index % 12) + 1, 1);
  };

const toDay =
  (allowed: readonly CronValue[]): Advance =>
  (clock, { year, month, day, days }) => {
    const length = monthLength(year, month);
    if (allowed.includes("l") && day === length) return clock;
    const ahead = distance(day, allowed, length);
    return ahead === 0 ? clock : (days + ahead) * SECONDS_OF_DAY;
  };

const toWeekday =
  (weekdays: readonly CronValue[]): Advance =>
  (clock, { days }) => {
    const ahead = distance((weekdayOf(days) + 1) % 7, weekdays, 7);
    return ahead === 0 ? clock : (days + ahead) * SECONDS_OF_DAY;
  };

const toOccurrence =
  (occurrences: ReadonlyMap<number, ReadonlySet<Occurrence>>): Advance =>
  (clock, { year, month, day, days }) => {
    const length = monthLength(year, month);
    const found = [...occurrences].flatMap(([weekday, nth]) => occurrencesIn(year, month, weekday, nth));
    const next = Math.min(...found.filter((candidate) => candidate >= day), length + 1);
    return next === day ? clock : (days + next - day) * SECONDS_OF_DAY;
  };

/** The days of a month that are the given occurrences of a weekday; Sunday is 0. */
function occurrencesIn(year: number, month: number, weekday: number, nth: ReadonlySet<Occurrence>): number[] {
  const first = 1 + ((weekday - ((weekdayOf(daysOf(year, month, 1)) + 1) % 7) + 7) % 7);
  const count = Math.floor((monthLength(year, month) - first) / 7) + 1;
  return [...nth].flatMap((each) => {
    const index = each === "l" ? count : each;
    return index > count ? [] : [first + (index - 1) * 7];
  });
}

const toHour =
  (hours: readonly CronValue[]): Advance =>
  (clock, { hour, minute, second }) => {
    const ahead = distance(hour, hours, 24);
    return ahead === 0 ? clock : clock - minute * 60 - second + ahead * 3600;
  };

const toMinute =
  (minutes: readonly CronValue[]): Advance =>
  (clock, { minute, second }) => {
    const ahead = distance(minute, minutes, 60);
    return ahead === 0 ? clock : clock - second + ahead * 60;
  };

const toSecond =
  (seconds: readonly CronValue[]): Advance =>
  (clock, { second }) =>
    clock + distance(second, seconds, 60);
