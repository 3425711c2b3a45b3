export { CRON, type Cron, CronFault, type CronValue, type Occurrence, parseCron } from "./cron.ts";
export { type Frequency, parseRRule, type Recurrence, RRuleFault, type RecurrenceRule, type RecurrenceWeekday } from "./rrule.ts";
export * from "./wall-clock.ts";
export { TIME_ZONES } from "./zones.ts";
