import { ANY_ORIGIN, pass, reject, type TaskRunRule } from "../rule.ts";

/** Gives a task that wants to run the completed state that an earlier run left under the same cache key. */
export const retrieveFromCache: TaskRunRule = {
  name: "retrieve-from-cache",
  from: ANY_ORIGIN,
  to: ["RUNNING"],
  decide({ facts, proposed }) {
    const { cache_key, refresh_cache } = proposed.state_details;
    if (!cache_key || refresh_cache || facts.cached === null) return pass(proposed);
    const { type, message, data, state_details } = facts.cached;
    return reject({ type, name: "Cached", message, data, state_details }, "Retrieved state from cache");
  },
};
