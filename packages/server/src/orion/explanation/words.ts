import type { SlotHolder } from "./facts.ts";

const UNITS = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
  [1, "s"],
] as const;

/** A time as people say it, in its two largest units: `2 h 5 min`. */
export function spoken(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [length, unit] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/** The holders of slots, by name. */
export function holdersOf(holders: readonly SlotHolder[], of: SlotHolder["of"], taken: number): string {
  const own = holders.filter((holder) => holder.of === of);
  if (own.length === 0) return "";
  const names = own.map(({ name, id }) => `'${name ?? id}'`).join(", ");
  return ` (${names}${taken > own.length ? ` and ${taken - own.length} more` : ""})`;
}
