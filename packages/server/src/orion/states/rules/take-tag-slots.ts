import { clampedPoisson } from "../delay.ts";
import type { TagLimitFacts, TaskRunFacts } from "../facts.ts";
import { hasSlot, UNTIL_RELEASED } from "../lease.ts";
import { ANY_ORIGIN, abort, pass, type TaskRunRule, wait } from "../rule.ts";
import type { Circumstances } from "../circumstances.ts";
import type { LeaseTaken } from "../verdict.ts";

/** Takes one slot of every limit on the task run's tags, all or none; a run that holds its slots keeps them. */
export const takeTagSlots: TaskRunRule = {
  name: "take-tag-slots",
  from: ANY_ORIGIN,
  to: ["RUNNING"],
  decide({ facts, proposed, circumstances }) {
    const limits = facts.tag_limits;
    const closed = limits.find(({ limit }) => limit === 0);
    if (closed) {
      return abort(`The concurrency limit on tag "${closed.tag}" is 0 and will deadlock if the task tries to run again.`);
    }
    if (limits.length === 0 || facts.tag_lease_ids.length > 0) return pass(proposed);
    if (limits.every(hasSlot)) return pass(proposed, { take: leaseOnTags(facts, circumstances) });
    const tags = limits.map(({ tag }) => tag).join(", ");
    return wait(slotDelay(limits, circumstances), `Concurrency limit reached for tags: ${tags}`);
  },
};

function leaseOnTags(facts: TaskRunFacts, { ids }: Circumstances): LeaseTaken {
  return {
    id: ids.random(),
    limit_ids: facts.tag_limits.map(({ id }) => id),
    slots: 1,
    holder: { type: "task_run", id: facts.id },
    seconds: UNTIL_RELEASED,
  };
}

/** The busiest limit says how long a slot is usually held; that, capped, is how long waiting is worth while. */
function slotDelay(limits: readonly TagLimitFacts[], { random, settings }: Circumstances): number {
  const busiest = limits.reduce((most, limit) => (occupancy(limit) > occupancy(most) ? limit : most));
  const average = Math.min(busiest.avg_slot_occupancy_seconds, settings.tag_slot_wait);
  return Math.round(clampedPoisson(average, random));
}

function occupancy({ active_slots, limit }: TagLimitFacts): number {
  return active_slots / limit;
}
