import { ANY_STATE, pass, type RunRule, rule } from "../rule.ts";
import { withDetails } from "../state.ts";

/** Keeps the lease on the deployment's slot named on every later state, as a client that says nothing of it expects. */
export const preserveDeploymentLease: RunRule = rule({
  name: "preserve-deployment-lease",
  from: ANY_STATE,
  to: ANY_STATE,
  decide({ initial, proposed }) {
    const lease = initial.state_details.deployment_concurrency_lease_id;
    if (lease === null || proposed.state_details.deployment_concurrency_lease_id !== null) return pass(proposed);
    return pass(withDetails(proposed, { deployment_concurrency_lease_id: lease }));
  },
});
