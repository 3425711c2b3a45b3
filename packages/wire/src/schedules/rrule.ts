import { SECONDS_OF_DAY, daysOf, monthLength, type WallClock } from "./wall-clock.ts";

/** A text that is no recurrence rule; the message says why, as far as possible in the words of the original's library. */
export class RRuleFault extends Error {}

export const FREQUENCIES = ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** A weekday, Monday being 0, and which of them in its month or year; null is every one. */
export interface RecurrenceWeekday {
  readonly weekday: number;
  readonly nth: number | null;
}

const LISTS = [
  "BYSETPOS",
  "BYMONTH",
  "BYMONTHDAY",
  "BYYEARDAY",
  "BYEASTER",
  "BYWEEKNO",
  "BYHOUR",
  "BYMINUTE",
  "BYSECOND",
] as const;
type ListName = (typeof LISTS)[number];

/** One RRULE or EXRULE as it is written; an absent list is undefined. */
export interface RecurrenceRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  readonly until: WallClock | null;
  /** The day that weeks begin with, Monday being 0. */
  readonly weekStart: number;
  readonly weekdays: readonly RecurrenceWeekday[] | undefined;
  readonly lists: Readonly<Partial<Record<ListName, readonly number[]>>>;
}

/** A whole text: where it begins (null where it does not say), what recurs, and what is taken out. */
export interface Recurrence {
  readonly start: WallClock | null;
  readonly rules: readonly RecurrenceRule[];
  readonly dates: readonly WallClock[];
  readonly excludedRules: readonly RecurrenceRule[];
  readonly excludedDates: readonly WallClock[];
}

interface Moment {
  readonly clock: WallClock;
  /** Whether it names a zone. Zones are dropped: a schedule has its own. */
  readonly zoned: boolean;
}

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/**
 * Reads an RRULE, or lines of RRULE, EXRULE, RDATE, EXDATE and DTSTART.
 * @throws RRuleFault
 */
export function parseRRule(text: string): Recurrence {
  const upper = text.toUpperCase();
  const lines = upper.split(/\s+/).filter((line) => line !== "");
  if (lines.length === 0) throw new RRuleFault("empty string");
  const found: Lines = { start: null, rules: [], dates: [], excludedRules: [], excludedDates: [] };
  if (lines.length === 1 && (!upper.includes(":") || upper.startsWith("RRULE:"))) readRuleLine(lines[0] ?? "", found);
  else for (const line of lines) readLine(line, found);
  if (found.rules.length === 0 && found.dates.length === 0) throw new RRuleFault("no RRULE and no RDATE");
  const read = (rule: string) => parseRule(rule, found.start);
  return {
    start: found.start?.clock ?? null,
    rules: found.rules.map(read),
    dates: found.dates.toSorted((one, other) => one - other),
    excludedRules: found.excludedRules.map(read),
    excludedDates: found.excludedDates.toSorted((one, other) => one - other),
  };
}

interface Lines {
  start: Moment | null;
  readonly rules: string[];
  readonly dates: WallClock[];
  readonly excludedRules: string[];
  readonly excludedDates: WallClock[];
}

function readRuleLine(line: string, found: Lines): void {
  const [first = "", second, ...more] = line.split(":");
  if (more.length > 0) throw new RRuleFault("too many values to unpack (expected 2)");
  found.rules.push(second ?? first);
}

function readLine(line: string, found: Lines): void {
  const colon = line.indexOf(":");
  const [name = "", ...parameters] = (colon < 0 ? "RRULE" : line.slice(0, colon)).split(";");
  const value = line.slice(colon + 1);
  switch (name) {
    case "RRULE":
    case "EXRULE":
      refuseParameters(name, parameters, []);
      (name === "RRULE" ? found.rules : found.excludedRules).push(value);
      return;
    case "RDATE":
      refuseParameters(name, parameters, ["VALUE=DATE-TIME"]);
      found.dates.push(...moments(value).map(({ clock }) => clock));
      return;
    case "EXDATE":
      refuseDateParameters(parameters);
      found.excludedDates.push(...moments(value).map(({ clock }) => clock));
      return;
    case "DTSTART": {
      refuseDateParameters(parameters);
      const [only, ...others] = moments(value);
      if (only === undefined || others.length > 0) throw new RRuleFault(`Multiple DTSTART values specified:${value}`);
      found.start = { ...only, zoned: only.zoned || parameters.some((parameter) => parameter.startsWith("TZID=")) };
      return;
    }
    default:
      throw new RRuleFault(`unsupported property: ${name}`);
  }
}

function refuseParameters(name: string, parameters: readonly string[], allowed: readonly string[]): void {
  const unknown = parameters.find((parameter) => !allowed.includes(parameter));
  if (unknown !== undefined) throw new RRuleFault(`unsupported ${name} parm: ${unknown}`);
}

function refuseDateParameters(parameters: readonly string[]): void {
  const values = parameters.filter((parameter) => !parameter.startsWith("TZID="));
  const unknown = values.find((parameter) => parameter !== "VALUE=DATE-TIME" && parameter !== "VALUE=DATE");
  if (unknown !== undefined) throw new RRuleFault(`unsupported parm: ${unknown}`);
  if (values.length > 1) throw new RRuleFault(`Duplicate value parameter found in: ${values[1]}`);
}

function moments(value: string): Moment[] {
  return value.split(",").map((text) => {
    const moment = parseMoment(text);
    if (moment === undefined) throw new RRuleFault(`Unknown string format: ${text}`);
    return moment;
  });
}

const MOMENT = /^(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

function parseMoment(text: string): Moment | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const valid = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month);
  if (!valid || hour > 23 || minute > 59 || second > 59) return undefined;
  return { clock: daysOf(year, month, day) * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second, zoned: match[7] !== undefined };
}

interface Parts {
  readonly numbers: Map<string, number>;
  readonly lists: Partial<Record<ListName, number[]>>;
  frequency: Frequency | undefined;
  until: Moment | undefined;
  weekStart: number;
  weekdays: RecurrenceWeekday[] | undefined;
}

function parseRule(text: string, start: Moment | null): RecurrenceRule {
  const parts: Parts = {
    numbers: new Map(),
    lists: {},
    frequency: undefined,
    until: undefined,
    weekStart: 0,
    weekdays: undefined,
  };
  for (const pair of text.split(";")) readPair(pair, parts);
  const { frequency, until } = parts;
  if (frequency === undefined) throw new RRuleFault("FREQ is missing");
  if (start !== null && until !== undefined && start.zoned !== until.zoned) {
    throw new RRuleFault("RRULE UNTIL values must be specified in UTC when DTSTART is timezone-aware");
  }
  const rule: RecurrenceRule = {
    frequency,
    interval: parts.numbers.get("INTERVAL") ?? 1,
    count: parts.numbers.get("COUNT") ?? null,
    until: until?.clock ?? null,
    weekStart: parts.weekStart,
    weekdays: parts.weekdays,
    lists: parts.lists,
  };
  checkRule(rule);
  refuseUnreachable(rule, start?.clock ?? 0);
  return rule;
}

function readPair(pair: string, parts: Parts): void {
  const [name = "", value, ...more] = pair.split("=");
  if (value === undefined) throw new RRuleFault("not enough values to unpack (expected 2, got 1)");
  if (more.length > 0) throw new RRuleFault("too many values to unpack (expected 2)");
  if (!readValue(name, value, parts)) throw new RRuleFault(`invalid '${name}': ${value}`);
}

/** Whether the value is one of its kind. */
function readValue(name: string, value: string, parts: Parts): boolean {
  switch (name) {
    case "FREQ":
      parts.frequency = FREQUENCIES.find((frequency) => frequency === value);
      return parts.frequency !== undefined;
    case "INTERVAL":
    case "COUNT": {
      const number = integerOf(value);
      if (number !== undefined) parts.numbers.set(name, number);
      return number !== undefined;
    }
    case "UNTIL":
      parts.until = parseMoment(value);
      return parts.until !== undefined;
    case "WKST":
      parts.weekStart = WEEKDAYS.indexOf(value);
      return parts.weekStart >= 0;
    case "BYDAY":
    case "BYWEEKDAY":
      parts.weekdays = weekdaysOf(value);
      return parts.weekdays !== undefined;
    default:
      return readList(name, value, parts);
  }
}

function readList(name: string, value: string, parts: Parts): boolean {
  const known = LISTS.find((list) => list === name);
  if (known === undefined) throw new RRuleFault(`unknown parameter '${name}'`);
  const numbers = value.split(",").map(integerOf);
  if (numbers.includes(undefined)) return false;
  parts.lists[known] = numbers.filter((number) => number !== undefined);
  return true;
}

function integerOf(text: string): number | undefined {
  const number = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

const WEEKDAY = /^(?:([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)|(MO|TU|WE|TH|FR|SA|SU)\(([+-]?\d+)\))$/;

/** Each as `+1MO` or `MO(+1)`. */
function weekdaysOf(value: string): RecurrenceWeekday[] | undefined {
  const days = value.split(",").map((text) => {
    const match = WEEKDAY.exec(text);
    const nth = match?.[1] ?? match?.[4];
    const weekday = WEEKDAYS.indexOf(match?.[2] ?? match?.[3] ?? "");
    return weekday < 0 || Number(nth) === 0 ? undefined : { weekday, nth: nth === undefined ? null : Number(nth) };
  });
  return days.includes(undefined) ? undefined : days.filter((day) => day !== undefined);
}

/** What can be said against a rule without knowing where it begins. */
function checkRule({ interval, count, lists }: RecurrenceRule): void {
  if (interval < 1) throw new RRuleFault("the interval must be at least 1");
  if (count !== null && count < 0) throw new RRuleFault("the count must not be negative");
  if (lists.BYSETPOS?.some((position) => position === 0 || Math.abs(position) > 366)) {
    throw new RRuleFault("bysetpos must be between 1 and 366, or between -366 and -1");
  }
  if (lists.BYHOUR?.some((hour) => hour < 0 || hour > 23)) throw new RRuleFault("hour must be in 0..23");
  if (lists.BYMINUTE?.some((minute) => minute < 0 || minute > 59)) throw new RRuleFault("minute must be in 0..59");
  if (lists.BYSECOND?.some((second) => second < 0 || second > 59)) throw new RRuleFault("second must be in 0..59");
}

const BASES = { HOURLY: ["BYHOUR", 24, 3600], MINUTELY: ["BYMINUTE", 60, 60], SECONDLY: ["BYSECOND", 60, 1] } as const;

/** A rule of hours that begins at an even one and goes on by two never comes to an odd one. */
function refuseUnreachable({ frequency, interval, lists }: RecurrenceRule, start: WallClock): void {
  if (frequency !== "HOURLY" && frequency !== "MINUTELY" && frequency !== "SECONDLY") return;
  const [name, base, seconds] = BASES[frequency];
  const from = Math.floor(start / seconds) % base;
  const step = greatestCommonDivisor(interval, base);
  const allowed = lists[name];
  if (allowed === undefined || allowed.some((value) => (value - from) % step === 0)) return;
  throw new RRuleFault("Invalid rrule byxxx generates an empty set.");
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
