import { deploymentLeaseSeconds, leaseOnDeployment, liveLease } from "../lease.ts";
import { type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { ended, withDetails } from "../state.ts";
import { renewsLeases } from "../version.ts";

const LOST = "Deployment concurrency slot lost during provisioning - no slots available to continue execution";

/**
 * Renews the lease on the deployment's slot when a submitted run starts. Provisioning may have outlasted the lease;
 * then the run starts only if it gets another slot.
 */
export const keepDeploymentSlot: FlowRunRule = rule({
  name: "keep-deployment-slot",
  from: ["PENDING"],
  to: ["RUNNING"],
  decide({ facts, initial, proposed, circumstances }) {
    const { deployment_concurrency_lease_id } = initial.state_details;
    const kept = withDetails(proposed, { deployment_concurrency_lease_id });
    const limited = deployment_concurrency_lease_id !== null && facts.deployment !== null && facts.deployment.limit !== null;
    if (!limited || !renewsLeases(circumstances.proposer.client_version)) return pass(kept);

    const lease = liveLease(facts);
    if (lease) {
      return pass(kept, { renew: { id: lease.id, seconds: deploymentLeaseSeconds(facts, circumstances) } });
    }
    const take = leaseOnDeployment(facts, circumstances);
    if (take) return pass(withDetails(kept, { deployment_concurrency_lease_id: take.id }), { take });
    return reject(ended("CANCELLED", LOST), "Deployment concurrency limit reached after lease expiry.");
  },
});
