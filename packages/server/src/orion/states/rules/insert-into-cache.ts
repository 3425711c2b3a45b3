import { ANY_ORIGIN, pass, reject, type TaskRunRule } from "../rule.ts";

/** Keeps a completed state for later runs with the same cache key. A key too long is complained of, and kept. */
export const insertIntoCache: TaskRunRule = {
  name: "insert-into-cache",
  from: ANY_ORIGIN,
  to: ["COMPLETED"],
  decide({ proposed, circumstances: { settings } }) {
    const { cache_key, cache_expiration } = proposed.state_details;
    if (!cache_key) return pass(proposed);
    const effects = { cache: { cache_key, cache_expiration } };
    const maximum = settings.max_cache_key_length;
    if (cache_key.length <= maximum || Array.from(cache_key).length <= maximum) return pass(proposed, effects);
    return reject(proposed, `Cache key exceeded maximum allowed length of ${maximum} characters.`, effects);
  },
};
