import type { Contract } from "@praetor/topology";
import { ageOf } from "../lifecycle/due.ts";
import { entryOf, type SecretSet } from "../set/secret-set.ts";
import { type RotationTarget, rotationTargets } from "./target.ts";

/** How old a target's secret is; undefined where its Secrets do not say. */
export interface TargetAge {
  readonly target: RotationTarget;
  readonly ageDays: number | undefined;
}

/** The targets that a set has a secret for, each with its age: that of the Secret that was rotated longest ago. */
export function targetAges(set: SecretSet, contract: Contract, now: Date): TargetAge[] {
  return rotationTargets(contract).flatMap((target) => {
    const present = target.entries.filter(({ object, key }) => entryOf(set, object, key)?.value.reveal());
    const objects = new Set(present.map(({ object }) => object));
    if (objects.size === 0) return [];
    const ages = [...objects].map((name) => {
      const object = set.objects.get(name);
      return object && ageOf(object, now, [target.name]).ageDays;
    });
    const known = ages.filter((age) => age !== undefined);
    return [{ target, ageDays: known.length < ages.length ? undefined : Math.max(...known) }];
  });
}
