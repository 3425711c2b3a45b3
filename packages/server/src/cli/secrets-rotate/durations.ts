import type { Given } from "../definition.ts";
import { CommandError } from "../exit.ts";

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The seconds of an option such as `90s`, `15m`, `2h` or `30d`. */
export function durationOf({ options }: Given, option: string, usual: string): number {
  const text = options[option] ?? usual;
  const [, count = "", unit = ""] = /^(\d{1,6}(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  const factor = seconds[unit];
  if (factor === undefined) throw new CommandError(`${option} is no duration.`, "Write it like 30s, 15m, 2h or 90d.", "usage");
  return Number(count) * factor;
}
