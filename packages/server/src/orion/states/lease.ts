import { addSeconds, secondsBetween, type Timestamp } from "@praetor/wire";
import type { Circumstances } from "./circumstances.ts";
import type { FlowRunFacts, LeaseFacts, LimitFacts } from "./facts.ts";
import type { LeaseTaken } from "./verdict.ts";

/** For slots that end with a transition and not with time. Seconds; about a hundred years. */
const UNTIL_RELEASED = 36_500 * 86_400;

/** The expiration of a lease that only a transition ends. */
export function untilReleased(now: Timestamp): Timestamp {
  return addSeconds(now, UNTIL_RELEASED);
}

/** The lease by which the run holds its deployment's slot now; null when it holds none or has let it expire. */
export function liveLease(facts: FlowRunFacts, now: Timestamp): LeaseFacts | null {
  return facts.lease !== null && secondsBetween(now, facts.lease.expiration) > 0 ? facts.lease : null;
}

/** Until when a run may hold its deployment's slot without word from its client. */
export function deploymentLeaseExpiration(facts: FlowRunFacts, { now, settings }: Circumstances): Timestamp {
  const grace = facts.deployment?.concurrency_options?.grace_period_seconds;
  return addSeconds(now, grace ?? settings.deployment_lease_duration);
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
    expiration: deploymentLeaseExpiration(facts, circumstances),
  };
}

/** Whether a limit has a slot to give; one that is not active gives none. */
export function hasSlot(limit: LimitFacts): boolean {
  return limit.active && limit.free >= 1;
}
