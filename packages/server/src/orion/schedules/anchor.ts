import { basicForm, daysOf, microseconds, parseRRule, type RRuleSchedule, SECONDS_OF_DAY, type Timestamp } from "@praetor/wire";
import { zoneOf } from "./zone.ts";

const FIRST = daysOf(2020, 1, 1) * SECONDS_OF_DAY;

/**
 * The rule with a beginning, which one without means to be the start of 2020. Rules of minutes and seconds begin as short a time ago
 * as leaves the same instants, so that whoever follows them need not come from so far.
 */
export function anchored(schedule: RRuleSchedule, now: Timestamp): RRuleSchedule {
  const { rrule, timezone } = schedule;
  if (rrule.toUpperCase().includes("DTSTART")) return schedule;
  return { ...schedule, rrule: `DTSTART:${basicForm(startOf(rrule, timezone, now))}\n${rrule}` };
}

function startOf(rrule: string, timezone: string | null, now: Timestamp): number {
  const { rules, excludedRules, dates, excludedDates } = parseRRule(rrule);
  const [rule, ...others] = rules;
  const isAlone = others.length + excludedRules.length + dates.length + excludedDates.length === 0;
  if (rule === undefined || !isAlone || rule.count !== null) return FIRST;
  const unit = { MINUTELY: 60, SECONDLY: 1 }[rule.frequency as "MINUTELY" | "SECONDLY"];
  if (unit === undefined) return FIRST;
  const seconds = Math.floor(microseconds(now) / 1e6);
  const passed = zoneOf(timezone).wallClock(seconds) - FIRST;
  return passed <= 0 ? FIRST : FIRST + Math.floor(passed / (unit * rule.interval)) * unit * rule.interval;
}
