import { dateOf, daysOf, isLeap, type RecurrenceRule, weekdayOf } from "@praetor/wire";
import { easterOf } from "./easter.ts";

const yearLength = (year: number) => (isLeap(year) ? 366 : 365);
const remainder = (value: number, by: number) => ((value % by) + by) % by;

/** What a rule says of the days of one year, apart from what each day says by itself. Positions count from January 1st. */
interface YearMarks {
  readonly first: number;
  readonly length: number;
  /** Days of the weeks of BYWEEKNO; they may reach into the next year. */
  readonly weeks: ReadonlySet<number> | undefined;
  /** Days that are the nth of their weekday. */
  readonly nth: ReadonlySet<number> | undefined;
  readonly easter: ReadonlySet<number> | undefined;
}

/** Which days a rule keeps. A day is looked at in the year of the period that it belongs to: a week may begin in the year before. */
export class RuleCalendar {
  readonly #rule: RecurrenceRule;
  readonly #weekdays: ReadonlySet<number> | undefined;
  readonly #nth: readonly (readonly [weekday: number, nth: number])[];
  readonly #years = new Map<number, YearMarks>();

  constructor(rule: RecurrenceRule) {
    this.#rule = rule;
    // Only months and years have an nth Monday; elsewhere the number says nothing.
    const counts = rule.frequency === "YEARLY" || rule.frequency === "MONTHLY";
    const plain = rule.weekdays?.filter(({ nth }) => nth === null || !counts).map(({ weekday }) => weekday) ?? [];
    this.#weekdays = plain.length > 0 ? new Set(plain) : undefined;
    this.#nth = rule.weekdays?.flatMap(({ weekday, nth }) => (nth === null || !counts ? [] : [[weekday, nth] as const])) ?? [];
  }

  /** Whether the rule keeps the day (of days since 1970), in a period that begins in `year`. */
  keeps(day: number, year: number): boolean {
    const { lists } = this.#rule;
    const date = dateOf(day);
    if (lists.BYMONTH?.length && !lists.BYMONTH.includes(date.month)) return false;
    if (this.#weekdays !== undefined && !this.#weekdays.has(weekdayOf(day))) return false;
    if (lists.BYMONTHDAY?.some((each) => each !== 0) && !keepsMonthDay(lists.BYMONTHDAY, day, date)) return false;
    if (lists.BYYEARDAY?.length) {
      const position = day - daysOf(date.year, 1, 1);
      if (!lists.BYYEARDAY.includes(position + 1) && !lists.BYYEARDAY.includes(position - yearLength(date.year))) return false;
    }
    const { first, weeks, nth, easter } = this.#marks(year);
    const position = day - first;
    return (weeks?.has(position) ?? true) && (nth?.has(position) ?? true) && (easter?.has(position) ?? true);
  }

  #marks(year: number): YearMarks {
    let marks = this.#years.get(year);
    if (marks === undefined) {
      marks = this.#marksOf(year);
      if (this.#years.size > 8) this.#years.clear();
      this.#years.set(year, marks);
    }
    return marks;
  }

  #marksOf(year: number): YearMarks {
    const { lists, weekStart } = this.#rule;
    const first = daysOf(year, 1, 1);
    const length = yearLength(year);
    return {
      first,
      length,
      weeks: lists.BYWEEKNO?.length ? weekDays(year, lists.BYWEEKNO, weekStart) : undefined,
      nth: this.#nth.length > 0 ? this.#nthDays(year, first) : undefined,
      easter: lists.BYEASTER?.length ? new Set(lists.BYEASTER.map((offset) => easterOf(year) + offset - first)) : undefined,
    };
  }

  #nthDays(year: number, first: number): Set<number> {
    const { frequency, lists } = this.#rule;
    const months = frequency === "MONTHLY" ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : (lists.BYMONTH ?? []);
    const ranges =
      months.length > 0
        ? months.map((month) => [daysOf(year, month, 1) - first, daysOf(year, month + 1, 1) - first - 1] as const)
        : [[0, yearLength(year) - 1] as const];
    const found = ranges.flatMap(([start, end]) =>
      this.#nth.map(([weekday, nth]) => nthIn(first, start, end, weekday, nth)).filter((day) => day >= start && day <= end),
    );
    return new Set(found);
  }
}

function keepsMonthDay(
  allowed: readonly number[],
  day: number,
  { year, month, day: dayOfMonth }: ReturnType<typeof dateOf>,
): boolean {
  return allowed.includes(dayOfMonth) || allowed.includes(day - daysOf(year, month + 1, 1));
}

function nthIn(first: number, start: number, end: number, weekday: number, nth: number): number {
  if (nth < 0) {
    const day = end + (nth + 1) * 7;
    return day - remainder(weekdayOf(first + day) - weekday, 7);
  }
  const day = start + (nth - 1) * 7;
  return day + remainder(weekday - weekdayOf(first + day), 7);
}

/** Where week 1 begins, from January 1st on: a week belongs to the year that has at least four of its days. */
function firstWeek(year: number, weekStart: number): { begins: number; weeks: number } {
  const toStart = remainder(weekStart - weekdayOf(daysOf(year, 1, 1)), 7);
  const begins = toStart >= 4 ? toStart - 7 : toStart;
  const days = yearLength(year) - begins;
  return { begins, weeks: Math.floor(days / 7) + Math.floor((days % 7) / 4) };
}

/** The days of the weeks with the given numbers, negative ones from the end of the year, as far as they lie in the year. */
function weekDays(year: number, numbers: readonly number[], weekStart: number): Set<number> {
  const { begins, weeks } = firstWeek(year, weekStart);
  const found = new Set<number>();
  const add = (from: number, until: number) => {
    for (let day = Math.max(0, from); day < until; day += 1) found.add(day);
  };
  for (const number of numbers) {
    const week = number < 0 ? number + weeks + 1 : number;
    if (week > 0 && week <= weeks) add(begins + (week - 1) * 7, begins + week * 7);
  }
  // The first week of the next year may begin in this one, and the last of the year before may reach into it.
  const next = begins + weeks * 7;
  if (numbers.includes(1) && next < yearLength(year)) add(next, next + 7);
  if (begins > 0 && numbers.includes(numbers.includes(-1) ? -1 : weeksBefore(year, weekStart))) add(0, begins);
  return found;
}

/** How many weeks the year before has, as the original's library counts them: in one case by this year's length. */
function weeksBefore(year: number, weekStart: number): number {
  const before = remainder(weekStart - weekdayOf(daysOf(year - 1, 1, 1)), 7);
  const days =
    before >= 4
      ? yearLength(year - 1) + remainder(weekdayOf(daysOf(year - 1, 1, 1)) - weekStart, 7)
      : yearLength(year) - firstWeek(year, weekStart).begins;
  return 52 + Math.floor((days % 7) / 4);
}
