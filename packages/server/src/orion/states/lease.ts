import type { Circumstances } from "./circumstances.ts";
import type { FlowRunFacts, LeaseFacts, LimitFacts } from "./facts.ts";
import type { LeaseTaken } from "./verdict.ts";

/** For slots that end with a transition and not with time. Seconds; about a hundred years. */
export const UNTIL_RELEASED = 36_500 * 86_400;

/** The lease by which the run holds its deployment's slot now; null when it holds none or has let it expire. */
export function liveLease(facts: FlowRunFacts): LeaseFacts | null {
  return facts.lease?.live ? facts.lease : null;
}

/** How long a run may hold its deployment's slot without word from its client. Seconds. */
export function deploymentLeaseSeconds(facts: FlowRunFacts, { settings }: Circumstances): number {
  return facts.deployment?.concurrency_options?.grace_period_seconds ?? settings.deployment_lease_duration;
}

/** A lease for this run on one slot of its deployment's limit; null when none can be had. */
export function leaseOnDeployment(facts: FlowRunFacts, circumstances: Circumstances): LeaseTaken | null {
  const limit = facts.deployment?.limit;
  if (!limit || !hasSlot(limit)) return null;
  return {
    id: circumstances.ids.random(),
    limit_ids: [limit.id],
    slots: 1,
    holder: { type: "flow_run", id: facts.id },
    seconds: deploymentLeaseSeconds(facts, circumstances),
  };
}

/** Whether a limit has a slot to give; one that is not active gives none. */
export function hasSlot(limit: LimitFacts): boolean {
  return limit.active && limit.free >= 1;
}
