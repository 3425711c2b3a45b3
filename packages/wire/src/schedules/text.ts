import { CronFault, parseCron } from "./cron.ts";
import { parseRRule, RRuleFault } from "./rrule.ts";

const MAXIMUM_RRULE_LENGTH = 6500;

/** What is wrong with the text as a cron expression, in the wire's words. */
export function cronComplaint(text: string): string | undefined {
  const invalid = `Invalid cron string: "${text}"`;
  const words = text.split(/\s+/).filter((word) => word !== "");
  const random = words.some((word) => word.toLowerCase() === "r");
  try {
    parseCron(random ? words.map((word) => (word.toLowerCase() === "r" ? "1" : word)).join(" ") : text);
    return random ? `Random and Hashed expressions are unsupported, received: "${text}"` : undefined;
  } catch (error) {
    if (error instanceof CronFault) return invalid;
    throw error;
  }
}

/** What is wrong with the text as a recurrence rule, in the wire's words. */
export function rruleComplaint(text: string): string | undefined {
  if (text.length > MAXIMUM_RRULE_LENGTH) {
    return `Invalid RRule string "${text.slice(0, 40)}..."\nMax length is ${MAXIMUM_RRULE_LENGTH}, got ${text.length}`;
  }
  try {
    parseRRule(text);
    return undefined;
  } catch (error) {
    if (error instanceof RRuleFault) return `Invalid RRule string "${text}": ${error.message}`;
    throw error;
  }
}
