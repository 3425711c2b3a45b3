import { parseUuid } from "@praetor/wire";
import { isIPv4, isIPv6 } from "node:net";
import type { Value } from "./value.ts";

const DATE = /^\d{4}-\d\d-\d\d$/;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

const isMoment = (text: string) => !Number.isNaN(Date.parse(text));

/** The formats that the original's library knows without further packages; of others it says nothing. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: (text) => DATE.test(text) && isMoment(text),
  "date-time": (text) => DATE_TIME.test(text) && isMoment(text),
  email: (text) => text.includes("@"),
  ipv4: (text) => isIPv4(text),
  ipv6: (text) => isIPv6(text),
  uuid: (text) => text.length === 36 && parseUuid(text) !== undefined,
};

/** Whether a text has the format; whatever is no text has every format. */
export function hasFormat(value: Value, format: Value): boolean {
  const check = typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return typeof value !== "string" || check === undefined || check(value);
}
