import { annotationNames } from "../render/manifest.ts";
import type { SecretObject } from "../set/secret-set.ts";

const DAY = 24 * 60 * 60 * 1000;

/** How old the values of a Secret are, in whole days, and when they are due; undefined where its annotations do not say. */
export interface Age {
  readonly rotatedAt: string | undefined;
  readonly ageDays: number | undefined;
  readonly rotateAfterDays: number | undefined;
  /** Negative when they are overdue. */
  readonly dueInDays: number | undefined;
}

/** Whole days since a date; undefined when it is none. */
export function daysSince(date: string | undefined, now: Date): number | undefined {
  const then = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(then) ? undefined : Math.floor((now.getTime() - then) / DAY);
}

/**
 * Reads the annotations of a Secret: of what is rotated by these names, the oldest counts, and what has no date of its own has
 * that of the Secret. Without an annotation for the limit, `rotateAfterDays` of the facts counts.
 */
export function ageOf({ annotations }: SecretObject, now: Date, names: readonly string[], rotateAfterDays?: number): Age {
  const whole = annotations[annotationNames.rotatedAt];
  const dates = names.map((name) => annotations[`${annotationNames.rotatedAt}.${name}`] ?? whole);
  const known = dates.filter((date): date is string => date !== undefined).toSorted();
  const rotatedAt = known.length < dates.length ? undefined : known[0];
  const ageDays = daysSince(rotatedAt, now);
  const own = /^([1-9]\d*)d$/.exec(annotations[annotationNames.rotateAfter] ?? "")?.[1];
  const limit = own === undefined ? rotateAfterDays : Number(own);
  const dueInDays = ageDays === undefined || limit === undefined ? undefined : limit - ageDays;
  return { rotatedAt: ageDays === undefined ? undefined : rotatedAt, ageDays, rotateAfterDays: limit, dueInDays };
}
