import { abort, pass, type RunRule, rule } from "../rule.ts";
import { withDetails } from "../state.ts";

/**
 * Lets only one of two workers submit a run: the second finds it PENDING or further. A submission may still report its
 * own progress under other names (`Submitting`, `InfrastructurePending`).
 */
export const preventPending: RunRule = rule({
  name: "prevent-pending",
  from: ["PENDING", "CANCELLING", "RUNNING", "CANCELLED"],
  to: ["PENDING"],
  decide({ initial, proposed }) {
    const progress = initial.type === "PENDING" && proposed.name !== initial.name && proposed.name !== "Pending";
    if (!progress) return abort(`This run is in a ${initial.type} state and cannot transition to a PENDING state.`);
    const { scheduled_time, deployment_concurrency_lease_id } = initial.state_details;
    return pass(withDetails(proposed, { scheduled_time, deployment_concurrency_lease_id }));
  },
});
