import { dateOf, daysOf, type Recurrence, type RecurrenceRule, SECONDS_OF_DAY, type WallClock, weekdayOf } from "@praetor/wire";
import { RuleCalendar } from "./rule-calendar.ts";

/** How many days and shorter periods of a rule are looked at for one question: a rule that nothing fits must not keep the process busy. */
class Budget {
  // The calendar repeats after four hundred years, so that a rule that fits no day of them never fits.
  #left = 150_000;

  spend(periods: number): boolean {
    this.#left -= periods;
    return this.#left >= 0;
  }
}

/** A period of a rule: days (of days since 1970) and, within each, the seconds of the day. */
interface Period {
  readonly days: readonly number[];
  readonly times: readonly number[];
  /** The year whose weeks and Easter count. */
  readonly year: number;
}

const UNIT = { DAILY: SECONDS_OF_DAY, HOURLY: 3600, MINUTELY: 60, SECONDLY: 1 } as const;
const LAST = daysOf(10_000, 1, 1) * SECONDS_OF_DAY;

/** The times of a whole recurrence on a wall clock, in order, from `from` on; `start` is where it begins if it does not say. */
export function* recurrenceClocks(recurrence: Recurrence, start: WallClock, from: WallClock): Generator<WallClock, undefined> {
  const begin = recurrence.start ?? start;
  const clocks = (rules: readonly RecurrenceRule[], dates: readonly WallClock[]) => [
    dates.filter((date) => date >= from)[Symbol.iterator](),
    ...rules.map((rule) => ruleClocks(rule, begin, from)),
  ];
  const excluded = merged(clocks(recurrence.excludedRules, recurrence.excludedDates));
  let exclusion = excluded.next();
  for (const clock of merged(clocks(recurrence.rules, recurrence.dates))) {
    while (!exclusion.done && exclusion.value < clock) exclusion = excluded.next();
    if (exclusion.done || exclusion.value !== clock) yield clock;
  }
}

/** Ascending sequences as one, each value once. */
function* merged(sequences: readonly Iterator<WallClock>[]): Generator<WallClock, undefined> {
  const heads = sequences.map((sequence) => ({ sequence, head: sequence.next() }));
  for (let last = Number.NEGATIVE_INFINITY; ; ) {
    const live = heads.filter(({ head }) => !head.done);
    if (live.length === 0) return;
    const least = Math.min(...live.map(({ head }) => head.value));
    for (const each of live) if (each.head.value === least) each.head = each.sequence.next();
    if (least > last) yield least;
    last = least;
  }
}

/** The times of one rule that begins at `start`, in order, from `from` on. */
export function* ruleClocks(asked: RecurrenceRule, start: WallClock, from: WallClock): Generator<WallClock, undefined> {
  // Each rule has its own: one that nothing fits must not use up what another needs.
  const budget = new Budget();
  const rule = withDefaults(asked, start);
  const calendar = new RuleCalendar(rule);
  let left = rule.count ?? Number.POSITIVE_INFINITY;
  // A count counts from the beginning; without one, what lies before the asked time need not be walked through.
  const first = rule.count === null ? Math.max(start, from) : start;
  for (const period of periods(rule, calendar, start, first, budget)) {
    for (const clock of clocksOf(rule, calendar, period)) {
      if (clock < start) continue;
      if ((rule.until !== null && clock > rule.until) || left <= 0) return;
      left -= 1;
      if (clock >= from) yield clock;
    }
    if (left <= 0) return;
  }
}

/** What a rule leaves out it takes from where it begins. */
function withDefaults(rule: RecurrenceRule, start: WallClock): RecurrenceRule {
  const { lists, frequency } = rule;
  const day = Math.floor(start / SECONDS_OF_DAY);
  const date = dateOf(day);
  const namesDays = lists.BYWEEKNO ?? lists.BYYEARDAY ?? lists.BYMONTHDAY ?? rule.weekdays ?? lists.BYEASTER;
  if (namesDays !== undefined) return rule;
  if (frequency === "YEARLY") return { ...rule, lists: { BYMONTH: [date.month], ...lists, BYMONTHDAY: [date.day] } };
  if (frequency === "MONTHLY") return { ...rule, lists: { ...lists, BYMONTHDAY: [date.day] } };
  if (frequency === "WEEKLY") return { ...rule, weekdays: [{ weekday: weekdayOf(day), nth: null }] };
  return rule;
}

function clocksOf(rule: RecurrenceRule, calendar: RuleCalendar, { days, times, year }: Period): WallClock[] {
  const kept = days.filter((day) => calendar.keeps(day, year));
  const positions = rule.lists.BYSETPOS;
  if (positions === undefined) return kept.flatMap((day) => times.map((time) => day * SECONDS_OF_DAY + time));
  const chosen = positions.flatMap((position) => {
    const index = position < 0 ? position : position - 1;
    const dayIndex = Math.floor(index / times.length);
    const day = kept.at(dayIndex);
    const time = times[index - dayIndex * times.length];
    return day === undefined || time === undefined || dayIndex >= kept.length ? [] : [day * SECONDS_OF_DAY + time];
  });
  return [...new Set(chosen)].toSorted((one, other) => one - other);
}

const sorted = (numbers: readonly number[]) => [...new Set(numbers)].toSorted((one, other) => one - other);

/** The seconds of the day that hours, minutes and seconds make; where a list is absent, of `second`, a second of the day. */
function timesOf(
  { lists }: RecurrenceRule,
  second: number,
  fixed: { hour?: number; minute?: number; second?: number },
): number[] {
  const hours = fixed.hour === undefined ? (lists.BYHOUR ?? [Math.floor(second / 3600)]) : [fixed.hour];
  const minutes = fixed.minute === undefined ? (lists.BYMINUTE ?? [Math.floor((second % 3600) / 60)]) : [fixed.minute];
  const seconds = fixed.second === undefined ? (lists.BYSECOND ?? [second % 60]) : [fixed.second];
  return sorted(hours.flatMap((hour) => minutes.flatMap((minute) => seconds.map((each) => hour * 3600 + minute * 60 + each))));
}

function* periods(
  rule: RecurrenceRule,
  calendar: RuleCalendar,
  start: WallClock,
  first: WallClock,
  budget: Budget,
): Generator<Period, undefined> {
  const { frequency } = rule;
  if (frequency === "YEARLY" || frequency === "MONTHLY" || frequency === "WEEKLY") yield* longPeriods(rule, start, first, budget);
  else yield* unitPeriods(rule, calendar, { start, first, unit: UNIT[frequency] }, budget);
}

const range = (from: number, until: number) => Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);

/** Years, months and weeks. */
function* longPeriods(rule: RecurrenceRule, start: WallClock, first: WallClock, budget: Budget): Generator<Period, undefined> {
  const times = timesOf(rule, start - Math.floor(start / SECONDS_OF_DAY) * SECONDS_OF_DAY, {});
  const startDay = Math.floor(start / SECONDS_OF_DAY);
  const firstDay = Math.floor(first / SECONDS_OF_DAY);
  const daysOfPeriod = longPeriod(rule, startDay);
  // One period early: a week or month that has begun may still hold something.
  const skipped =
    Math.floor((firstDay - startDay) / ({ YEARLY: 366, MONTHLY: 31, WEEKLY: 7 }[rule.frequency as "WEEKLY"] * rule.interval)) - 1;
  for (let index = Math.max(0, skipped); ; index += 1) {
    const [from, until] = daysOfPeriod(index);
    if (from * SECONDS_OF_DAY >= LAST || !budget.spend(until - from)) return;
    if (until <= firstDay) continue;
    yield { days: range(from, until), times, year: dateOf(from).year };
  }
}

/** The first day of the period with an index, and the day after its last. */
function longPeriod({ frequency, interval, weekStart }: RecurrenceRule, startDay: number): (index: number) => [number, number] {
  const { year, month } = dateOf(startDay);
  if (frequency === "YEARLY")
    return (index) => [daysOf(year + index * interval, 1, 1), daysOf(year + index * interval + 1, 1, 1)];
  if (frequency === "MONTHLY") {
    return (index) => {
      const months = year * 12 + month - 1 + index * interval;
      const next = months + 1;
      return [daysOf(Math.floor(months / 12), (months % 12) + 1, 1), daysOf(Math.floor(next / 12), (next % 12) + 1, 1)];
    };
  }
  const week = startDay - ((weekdayOf(startDay) - weekStart + 7) % 7);
  return (index) => [index === 0 ? startDay : week + index * interval * 7, week + index * interval * 7 + 7];
}

interface Steps {
  readonly start: WallClock;
  readonly first: WallClock;
  /** Seconds of one day, hour, minute or second. */
  readonly unit: number;
}

/** Days, hours, minutes and seconds: whatever does not fit is skipped in one step, as far as it does not fit. */
function* unitPeriods(
  rule: RecurrenceRule,
  calendar: RuleCalendar,
  { start, first, unit }: Steps,
  budget: Budget,
): Generator<Period, undefined> {
  const step = unit * rule.interval;
  const origin = Math.floor(start / unit) * unit;
  const within = start - Math.floor(start / SECONDS_OF_DAY) * SECONDS_OF_DAY;
  let at = origin + Math.max(0, Math.floor((first - origin) / step)) * step;
  const skipTo = (time: number) => Math.max(at + step, origin + Math.ceil((time - origin) / step) * step);
  while (at < LAST && budget.spend(1)) {
    const day = Math.floor(at / SECONDS_OF_DAY);
    const { year } = dateOf(day);
    const wanted = calendar.keeps(day, year) ? misfit(rule, at, unit) : (day + 1) * SECONDS_OF_DAY;
    if (wanted === undefined) {
      yield { days: [day], times: timesOf(rule, within, fixedBy(at, unit)), year };
      at += step;
    } else at = skipTo(wanted);
  }
}

/** The first time after `at` that hours, minutes and seconds of the rule could fit; undefined where they do. */
function misfit({ lists }: RecurrenceRule, at: WallClock, unit: number): WallClock | undefined {
  const { BYHOUR, BYMINUTE, BYSECOND } = lists;
  if (unit <= 3600 && BYHOUR && !BYHOUR.includes(Math.floor(at / 3600) % 24)) return (Math.floor(at / 3600) + 1) * 3600;
  if (unit <= 60 && BYMINUTE && !BYMINUTE.includes(Math.floor(at / 60) % 60)) return (Math.floor(at / 60) + 1) * 60;
  return unit === 1 && BYSECOND && !BYSECOND.includes(at % 60) ? at + 1 : undefined;
}

function fixedBy(at: WallClock, unit: number): { hour?: number; minute?: number; second?: number } {
  if (unit === SECONDS_OF_DAY) return {};
  const hour = Math.floor(at / 3600) % 24;
  if (unit === 3600) return { hour };
  const minute = Math.floor(at / 60) % 60;
  return unit === 60 ? { hour, minute } : { hour, minute, second: at % 60 };
}
