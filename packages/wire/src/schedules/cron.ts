/** What a field of a cron expression allows: numbers, any value, and, for the day of the month, its last. */
export type CronValue = number | "*" | "l";

/** Which occurrences of a weekday in its month: the first to the fifth, or the last. */
export type Occurrence = number | "l";

/** A cron expression as it is followed. Fields are in the order minute, hour, day, month, weekday, second, year. */
export interface Cron {
  readonly fields: readonly (readonly CronValue[])[];
  /** For `mon#2` and `l5`: by weekday, Sunday being 0, its occurrences. Not empty, it stands for the weekday field. */
  readonly occurrences: ReadonlyMap<number, ReadonlySet<Occurrence>>;
}

/** A text that is no cron expression. */
export class CronFault extends Error {}

export const CRON = { minute: 0, hour: 1, day: 2, month: 3, weekday: 4, second: 5, year: 6 } as const;

const LIMITS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
  [0, 59],
  [1970, 2099],
] as const;
const ALL = [60, 24, 31, 12, 7, 60, 130] as const;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ALIASES: Readonly<Record<string, string>> = {
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** A number that the text writes out; by name it may be a weekday or a month, and `l` is the last day of the month. */
const WORDS: readonly ReadonlyMap<string, number | "l">[] = [
  new Map(),
  new Map(),
  new Map([["l", "l"]]),
  new Map(MONTHS.map((name, index) => [name, index + 1])),
  new Map(WEEKDAYS.map((name, index) => [name, index])),
  new Map(),
  new Map(),
];

const weekday = WEEKDAYS.join("|");
const month = MONTHS.join("|");
const NTH_WEEKDAY = new RegExp(`^(?:(?:(${weekday})(?:-(?:${weekday}))?|(?:${month})(?:-(?:${month}))?|\\w+)#|l)(\\d+)$`);
const RANGE = /^([^-]+)-([^-/]+)(?:\/(\d+))?$/;
const DIGITS = /^\d+$/;

/**
 * Reads a cron expression of five, six (seconds last) or seven fields (then years), as the original's library does.
 * @throws CronFault
 */
export function parseCron(text: string): Cron {
  const lower = text.toLowerCase();
  const parts = (ALIASES[lower] ?? lower).split(/\s+/).filter((part) => part !== "");
  if (parts.length < 5 || parts.length > 7) throw new CronFault("5, 6 or 7 fields are expected");
  const occurrences = new Map<number, Set<Occurrence>>();
  const fields = parts.map((part, field) => parseField(part, field, parts, occurrences));
  refuseMixedWeekdays(fields[CRON.weekday] ?? [], occurrences);
  return { fields, occurrences };
}

function parseField(
  part: string,
  field: number,
  parts: readonly string[],
  occurrences: Map<number, Set<Occurrence>>,
): CronValue[] {
  if (/^[hr](?:\(\d+-\d+\))?(?:\/\d+)?$/.test(part)) throw new CronFault("hashed and random values are not supported");
  if (part.includes("?") && (part !== "?" || (field !== CRON.day && field !== CRON.weekday))) throw new CronFault("misplaced ?");
  const waiting = (part === "?" ? "*" : part).split(",");
  const found = new Set<CronValue>();
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const [value, nth] = field === CRON.weekday ? splitOccurrence(item) : [item, undefined];
    const range = rangeOf(value, field);
    if (range !== undefined) {
      const suffix = nth !== undefined && nth !== "l" ? `#${nth}` : "";
      for (const each of expand(range, field, parts.length).map((number) => `${number}${suffix}`)) {
        if (!waiting.includes(each)) waiting.push(each);
      }
      continue;
    }
    const single = valueOf(value, field, parts.length);
    found.add(single);
    if (nth !== undefined && typeof single === "number") {
      occurrences.set(single, (occurrences.get(single) ?? new Set()).add(nth));
    }
  }
  return simplified(found, field, parts);
}

/** `mon#2` and `l5` apart: the weekday, and which of its occurrences. */
function splitOccurrence(item: string): [value: string, nth: Occurrence | undefined] {
  const match = NTH_WEEKDAY.exec(item);
  if (match === null) return [item, undefined];
  const number = match[2] ?? "";
  if (!item.includes("#")) return [number, "l"];
  const nth = Number(number);
  if (nth < 1 || nth > 5) throw new CronFault(`${number} is no occurrence of a weekday`);
  return [item.slice(0, item.lastIndexOf("#")), nth];
}

function rangeOf(item: string, field: number): RegExpExecArray | undefined {
  const [least, most] = limitsOf(field);
  const starred = item.replace(/^\*(\/.+)$/, `${least}-${most}$1`);
  return RANGE.exec(starred) ?? RANGE.exec(item.replace(/^(.+)\/(.+)$/, `$1-${most}/$2`)) ?? undefined;
}

function limitsOf(field: number): readonly [least: number, most: number] {
  const limits = LIMITS[field];
  if (limits === undefined) throw new CronFault("too many fields");
  return limits;
}

function expand(range: RegExpExecArray, field: number, length: number): number[] {
  const [, from = "", until = "", by = "1"] = range;
  const step = Number(by);
  const [least, most] = limitsOf(field);
  const low = alias(wordOf(from, field), field, length);
  const high = alias(wordOf(field === CRON.day && until === "l" ? "31" : until, field), field, length);
  if (step === 0 || Math.max(low, high) > most) throw new CronFault(`${range[0]} is out of range`);
  if (low === high) return steps(least, most, step);
  return low < high ? steps(low, high, step) : wrapped(low, high, step, field);
}

/** A range over the end of its field, such as `fri-mon/2`: the steps go on behind the end where they would fall. */
function wrapped(low: number, high: number, step: number, field: number): number[] {
  const [least, most] = limitsOf(field);
  const first = steps(low, most, step);
  const last = first.at(-1);
  const left = last === undefined ? step : most - last;
  const skipped = last !== undefined && last - least + step > most - least + 1 && left < step ? step - left : 0;
  return [...first, ...steps(least + skipped, high, step)];
}

function steps(from: number, until: number, step: number): number[] {
  return from > until ? [] : Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, index) => from + index * step);
}

function wordOf(text: string, field: number): number {
  const value = DIGITS.test(text) ? Number(text) : WORDS[field]?.get(text);
  if (typeof value !== "number") throw new CronFault(`${text} is not acceptable`);
  return value;
}

function valueOf(text: string, field: number, length: number): CronValue {
  if (text === "*") return "*";
  const word = DIGITS.test(text) ? Number(text) : WORDS[field]?.get(text);
  if (word === undefined) throw new CronFault(`${text} is not acceptable`);
  if (word === "l") return "l";
  const value = alias(word, field, length);
  const [least, most] = limitsOf(field);
  if (value < least || value > most) throw new CronFault(`${text} is out of range`);
  return value;
}

/** Sunday as 7, and days and months that begin at 0: whether they are taken depends on how many fields there are. */
function alias(value: number, field: number, length: number): number {
  if (field === CRON.weekday) return value === 7 && length === 5 ? 0 : value;
  if (field === CRON.day) return value === 0 && length === 6 ? 1 : value;
  return value;
}

function simplified(found: ReadonlySet<CronValue>, field: number, parts: readonly string[]): CronValue[] {
  const sorted = [...found].toSorted((one, other) => rank(one) - rank(other));
  if (sorted.length === 1 && sorted[0] === "*") return ["*"];
  if (sorted.length !== ALL[field]) return sorted;
  // Every weekday beside a day of the month is a choice, not the absence of one: the two are joined by "or".
  const other = field === CRON.day ? CRON.weekday : field === CRON.weekday ? CRON.day : undefined;
  return other !== undefined && !(parts[other] ?? "").includes("*") ? sorted : ["*"];
}

function rank(value: CronValue): number {
  if (value === "*") return -1;
  return value === "l" ? Number.MAX_SAFE_INTEGER : value;
}

function refuseMixedWeekdays(weekdays: readonly CronValue[], occurrences: ReadonlyMap<number, unknown>): void {
  if (occurrences.size === 0 || weekdays.length === 7) return;
  const plain = weekdays.filter((value) => typeof value === "number" && !occurrences.has(value));
  if (plain.length > 0) throw new CronFault("weekdays with and without occurrences cannot be mixed");
}
