import { addSeconds } from "@praetor/wire";
import type { Proposer } from "../circumstances.ts";
import { type FlowRunEffects, type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { type ProposedState, scheduled } from "../state.ts";
import { expectsFailedTaskRunsReset, knowsPauses } from "../version.ts";

/**
 * Answers a failure with a retry while attempts remain. The process that failed does the retry itself, so the run is
 * marked, and workers that look for scheduled runs leave it alone.
 */
export const retryFailedFlowRun: FlowRunRule = rule({
  name: "retry-failed-flow-run",
  from: ["RUNNING"],
  to: ["FAILED"],
  decide({ facts, proposed, circumstances: { now, proposer } }) {
    const { retries, retry_delay } = facts.run.empirical_policy;
    // `run_count` counts the first attempt, `retries` does not. A run that is out of retries is anybody's to rerun.
    if (retries === null || facts.run.run_count > retries) return pass(proposed, { policy: { retry_type: null } });

    const due = addSeconds(now, retry_delay ?? 0);
    const { message, data } = proposed;
    const effects: FlowRunEffects = {
      ...(knowsPauses(proposer.api_version) && { policy: { resuming: false, pause_keys: [], retry_type: "in_process" } }),
      ...(expectsFailedTaskRunsReset(proposer.api_version) && { failedTaskRunsDue: due }),
    };
    return reject(scheduled("AwaitingRetry", due, { message, data }), "Retrying", effects);
  },
});

/** Whether judging this proposal needs the run's failed task runs among its facts. */
export function resetsFailedTaskRuns(proposer: Proposer, proposed: ProposedState): boolean {
  return proposed.type === "FAILED" && expectsFailedTaskRunsReset(proposer.api_version);
}
