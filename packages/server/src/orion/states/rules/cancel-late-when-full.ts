import { type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { ended } from "../state.ts";

/** Cancels late runs of a deployment that wants no queue; those that nobody submits would otherwise pile up. */
export const cancelLateWhenFull: FlowRunRule = rule({
  name: "cancel-late-when-full",
  from: ["SCHEDULED"],
  to: ["SCHEDULED"],
  decide({ facts, proposed }) {
    const limit = facts.deployment?.limit;
    const cancelNew = facts.deployment?.concurrency_options?.collision_strategy === "CANCEL_NEW";
    if (proposed.name !== "Late" || !limit || !cancelNew || limit.free >= 1) return pass(proposed);
    return reject(
      ended("CANCELLED", "Deployment concurrency limit reached."),
      "Deployment concurrency limit is full and uses the CANCEL_NEW strategy.",
    );
  },
});
