import { RRuleFault, parseCron, parseRRule, Schedule, TIME_ZONES } from "@praetor/wire";
import { describe, expect, it, test } from "vitest";
import { anchored } from "./anchor.ts";
import { instantsOf } from "./instants.ts";
import { zoneOf } from "./zone.ts";

const at = (text: string) => Date.parse(text) * 1000;
const text = (instant: number) => new Date(instant / 1000).toISOString().replace(".000Z", "Z");

function first(asked: object, start: string, count: number): string[] {
  const parsed = Schedule.parse(asked);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const found: string[] = [];
  for (const instant of instantsOf(parsed.value, at(start))) {
    found.push(text(instant));
    if (found.length >= count) break;
  }
  return found;
}

const YORK = "America/New_York";

describe("a schedule fires", () => {
  it.each([
    [
      "on the hour, from the start on",
      { cron: "0 * * * *" },
      "2024-01-01T00:00:00Z",
      ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00Z"],
    ],
    ["after a start with a fraction", { cron: "* * * * * *" }, "2024-01-01T00:00:00.5Z", ["2024-01-01T00:00:01Z"]],
    [
      "on either day",
      { cron: "0 0 13 * 5" },
      "2024-09-01T00:00:00Z",
      ["2024-09-06T00:00:00Z", "2024-09-13T00:00:00Z", "2024-09-20T00:00:00Z"],
    ],
    [
      "on both days",
      { cron: "0 0 13 * 5", day_or: false },
      "2024-09-01T00:00:00Z",
      ["2024-09-13T00:00:00Z", "2024-12-13T00:00:00Z"],
    ],
    ["on the last Friday", { cron: "0 0 * * L5" }, "2024-02-01T00:00:00Z", ["2024-02-23T00:00:00Z", "2024-03-29T00:00:00Z"]],
    ["on the last day", { cron: "0 0 L * *" }, "2024-02-01T00:00:00Z", ["2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z"]],
    [
      "at seconds, which come sixth",
      { cron: "0 0 1 1 * */30" },
      "2024-01-01T00:00:00Z",
      ["2024-01-01T00:00:00Z", "2024-01-01T00:00:30Z"],
    ],
    ["in a year, which comes seventh", { cron: "0 0 1 1 * 0 2030" }, "2024-01-01T00:00:00Z", ["2030-01-01T00:00:00Z"]],
    ["never on a day that no month has", { cron: "0 0 30 2 *" }, "2024-01-01T00:00:00Z", []],
    [
      "daily at the same clock time",
      { cron: "0 9 * * *", timezone: YORK },
      "2024-11-02T00:00:00Z",
      ["2024-11-02T13:00:00Z", "2024-11-03T14:00:00Z"],
    ],
    [
      "once in the hour that clocks repeat",
      { cron: "0 * * * *", timezone: YORK },
      "2024-11-03T04:00:00Z",
      ["2024-11-03T04:00:00Z", "2024-11-03T05:00:00Z", "2024-11-03T07:00:00Z"],
    ],
    [
      "after a time that clocks skip",
      { cron: "30 2 * * *", timezone: YORK },
      "2024-03-10T00:00:00Z",
      ["2024-03-10T07:30:00Z", "2024-03-11T06:30:00Z"],
    ],
    [
      "every hour of exact time",
      { interval: 3600, anchor_date: "2024-11-03T04:00:00Z", timezone: YORK },
      "2024-11-03T04:00:00Z",
      ["2024-11-03T04:00:00Z", "2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z"],
    ],
    [
      "every day of the zone",
      { interval: 86_400, anchor_date: "2024-11-01T13:00:00Z", timezone: YORK },
      "2024-11-02T00:00:00Z",
      ["2024-11-02T13:00:00Z", "2024-11-03T14:00:00Z"],
    ],
    [
      "on the grid of an anchor to come",
      { interval: 3600, anchor_date: "2030-01-01T00:15:00Z" },
      "2024-01-01T00:00:00Z",
      ["2024-01-01T00:15:00Z", "2024-01-01T01:15:00Z"],
    ],
    [
      "by a rule of months",
      { rrule: "DTSTART:20240101T090000\nFREQ=MONTHLY;BYDAY=-1FR", timezone: YORK },
      "2024-03-01T00:00:00Z",
      ["2024-03-29T13:00:00Z", "2024-04-26T13:00:00Z"],
    ],
    [
      "by a rule with exceptions",
      { rrule: "DTSTART:20240101T000000\nRRULE:FREQ=DAILY\nEXDATE:20240102T000000" },
      "2024-01-01T00:00:00Z",
      ["2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z"],
    ],
    [
      "whatever an exception would take out that never comes",
      { rrule: "DTSTART:20240101T000000\nRRULE:FREQ=SECONDLY\nEXRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" },
      "2024-01-01T00:00:00Z",
      ["2024-01-01T00:00:00Z", "2024-01-01T00:00:01Z"],
    ],
    ["no more after a count", { rrule: "DTSTART:20200101T000000\nRRULE:FREQ=DAILY;COUNT=3" }, "2024-01-01T00:00:00Z", []],
  ])("%s", (_, schedule, start, instants) => {
    expect(first(schedule, start, instants.length + (instants.length === 0 ? 1 : 0))).toEqual(instants);
  });
});

/** Of several names of one zone the first. */
const ZONES = [...new Map([...TIME_ZONES].map((name) => [canonical(name), name])).values()];

function canonical(name: string): string {
  return name === "Factory" ? "UTC" : new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
}

test("in every zone and over every change of its clocks no instant comes twice and none out of order", () => {
  const schedules = [
    { cron: "*/20 * * * *" },
    { cron: "30 */2 * * *" },
    { interval: 86_400, anchor_date: "2024-01-01T02:30:00Z" },
    { rrule: "FREQ=HOURLY;BYMINUTE=0,30" },
  ];
  for (const [place, timezone] of ZONES.entries()) {
    for (const change of yearsOf(place).flatMap((year) => changesOf(timezone, year))) {
      for (const schedule of schedules) {
        const instants = first({ ...schedule, timezone }, new Date((change - 7200) * 1000).toISOString(), 14).map(at);
        expect(instants).toHaveLength(14);
        expect(instants.every((instant, index) => index === 0 || instant > (instants[index - 1] ?? 0))).toBe(true);
      }
    }
  }
}, 240_000);

/** This year and every tenth from 2000 to 2040, for each zone others; all of them where `ALL_YEARS` asks for it. */
function yearsOf(place: number): number[] {
  const years = Array.from({ length: 41 }, (_, index) => 2000 + index);
  return years.filter((year) => process.env["ALL_YEARS"] !== undefined || year === 2025 || (year + place) % 10 === 0);
}

/** Days on which the clocks of a zone are changed, in a year. */
function changesOf(name: string, year: number): number[] {
  const zone = zoneOf(name);
  const found: number[] = [];
  for (let day = Date.UTC(year, 0, 1) / 1000; day < Date.UTC(year + 1, 0, 1) / 1000; day += 86_400) {
    if (zone.offsetAt(day) !== zone.offsetAt(day + 86_400)) found.push(day);
  }
  return found;
}

describe("a rule that nothing fits", () => {
  it.each([
    "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;INTERVAL=1440;BYHOUR=5",
    "DTSTART:20000101T000000\nRRULE:FREQ=SECONDLY;COUNT=999999999",
  ])("keeps nobody busy: %s", (rrule) => {
    const begun = performance.now();
    first({ rrule }, "2024-01-01T00:00:00Z", 1);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe("what is no expression is refused", () => {
  it.each([
    "",
    "* * * *",
    "60 * * * *",
    "* * 0 * *",
    "* * * * 8",
    "? * * * *",
    "h * * * *",
    "5/0 * * * *",
    "* * * * 1#6",
    "mon * * * *",
    "* * * * 1,2#3",
  ])("%j", (cron) => {
    expect(() => parseCron(cron)).toThrow();
  });

  it.each([
    ["", "empty string"],
    ["FREQ=DAILY;INTERVAL=0", "the interval must be at least 1"],
    ["FREQ=DAILY;FOO=1", "unknown parameter 'FOO'"],
    ["FREQ=DAILY;BYDAY=XX", "invalid 'BYDAY': XX"],
    ["FREQ=DAILY;BYSETPOS=0", "bysetpos must be between 1 and 366, or between -366 and -1"],
    ["FREQ=HOURLY;INTERVAL=2;BYHOUR=3", "Invalid rrule byxxx generates an empty set."],
    ["DTSTART:20240101T000000\nFREQ=DAILY;UNTIL=20250101T000000Z", /must be specified in UTC/],
    ["FOO:BAR", "unsupported property: FOO"],
  ])("%j: %s", (rrule, reason) => {
    expect(() => parseRRule(rrule)).toThrow(RRuleFault);
    expect(() => parseRRule(rrule)).toThrow(reason);
  });
});

test.each([
  ["FREQ=DAILY", "DTSTART:20200101T000000\nFREQ=DAILY"],
  ["FREQ=MINUTELY;INTERVAL=7", "DTSTART:20261128T192100\nFREQ=MINUTELY;INTERVAL=7"],
  ["FREQ=MINUTELY;COUNT=7", "DTSTART:20200101T000000\nFREQ=MINUTELY;COUNT=7"],
  ["DTSTART:20240101T000000\nFREQ=DAILY", "DTSTART:20240101T000000\nFREQ=DAILY"],
])("a rule that does not say where it begins is given a beginning: %j", (rrule, stored) => {
  expect(anchored({ rrule, timezone: YORK }, "2026-11-29T00:27:00Z" as never).rrule).toBe(stored);
});
