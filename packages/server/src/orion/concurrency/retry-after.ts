import type { Random } from "../../platform/random.ts";
import { clampedPoisson } from "../states/delay.ts";
import type { AskedLimit } from "./queries.ts";
import { isTagLimit } from "./tag-name.ts";

/** The longest average waits, in seconds: of the limits of tags, and of all others. */
export interface Waits {
  readonly tag: number;
  readonly other: number;
}

/**
 * How many seconds a caller who was refused should wait: what the most crowded limit lets expect, spread so that those who
 * were refused together do not come back together.
 */
export function retryAfter(limits: readonly AskedLimit[], slots: number, waits: Waits, random: Random): number {
  const crowds = limits.filter(({ active }) => active).map((limit) => crowdOf(limit, slots, waits));
  const densest = crowds.reduce((most, next) => (next.density > most.density ? next : most), { density: 0, average: 0 });
  return clampedPoisson(densest.average, random);
}

/**
 * Seconds that a caller is held who finds no slot. It loses nothing by it, having the slot as soon as one is free. But a crowd that came
 * together must not go together: 650 answers at one instant, and as many callers back, kept free slots waiting for 30 to 130 ms.
 */
export const holdSeconds = (longest: number, random: Random): number => longest * (0.5 + 0.5 * random());

/** Seconds: whoever was held has waited already and comes back soon, to its old place; not all of them at once. */
export const backSoon = (random: Random): number => 0.05 + 0.1 * random();

/** How many times over a limit is asked for, and the average seconds until there is room. */
function crowdOf(limit: AskedLimit, slots: number, waits: Waits): { density: number; average: number } {
  const longest = isTagLimit(limit.name) ? waits.tag : waits.other;
  const asked = slots + deniedNow(limit, longest);
  const decay = limit.slot_decay_per_second;
  if (decay > 0) return { density: asked, average: asked / decay };
  const density = asked / limit.limit;
  return { density, average: Math.min(Math.min(limit.avg_slot_occupancy_seconds, longest) * density, longest) };
}

/** Denials are forgotten as fast as slots come free, or one for each average occupancy. */
function deniedNow(limit: AskedLimit, longest: number): number {
  const rate = limit.slot_decay_per_second || 1 / Math.max(0.1, Math.min(limit.avg_slot_occupancy_seconds, longest));
  return Math.max(0, limit.denied_slots - Math.floor(rate * limit.denied_seconds));
}
