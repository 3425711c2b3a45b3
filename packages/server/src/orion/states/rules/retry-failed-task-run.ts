import { addSeconds, type TaskRunPolicy } from "@praetor/wire";
import type { Random } from "../../../platform/random.ts";
import { clampedPoisson } from "../delay.ts";
import { pass, reject, rule, type TaskRunRule } from "../rule.ts";
import { scheduled } from "../state.ts";

/** Answers a failure with a scheduled retry while attempts remain, unless the client says that this one is final. */
export const retryFailedTaskRun: TaskRunRule = rule({
  name: "retry-failed-task-run",
  from: ["RUNNING"],
  to: ["FAILED"],
  decide({ facts, proposed, circumstances: { now, random } }) {
    const { empirical_policy, run } = facts;
    // `run_count` counts the first attempt, `retries` does not.
    const exhausted = empirical_policy.retries === null || run.run_count > empirical_policy.retries;
    if (exhausted || proposed.state_details.retriable === false) return pass(proposed);

    const due = addSeconds(now, retryDelay(empirical_policy, run.run_count, random));
    const { message, data } = proposed;
    return reject(scheduled("AwaitingRetry", due, { message, data }), "Retrying");
  },
});

/** Seconds to wait after attempt `attempt` (from 1): the policy's delay for it, spread by the jitter factor if there is one. */
export function retryDelay(policy: TaskRunPolicy, attempt: number, random: Random): number {
  const { retry_delay, retry_jitter_factor } = policy;
  const delays = typeof retry_delay === "number" ? [retry_delay] : (retry_delay ?? []);
  const delay = delays[Math.max(0, Math.min(attempt, delays.length) - 1)] ?? 0;
  return retry_jitter_factor ? clampedPoisson(delay, random, retry_jitter_factor) : delay;
}
