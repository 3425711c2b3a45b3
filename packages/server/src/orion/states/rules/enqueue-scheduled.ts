import { ANY_ORIGIN, pass, type TaskRunRule } from "../rule.ts";

/** Hands a background task that has become due to the task workers; retries are served first. */
export const enqueueScheduled: TaskRunRule = {
  name: "enqueue-scheduled",
  from: ANY_ORIGIN,
  to: ["SCHEDULED"],
  decide({ proposed }) {
    if (!proposed.state_details.deferred) return pass(proposed);
    return pass(proposed, { enqueue: proposed.name === "AwaitingRetry" ? "retry" : "scheduled" });
  },
};
