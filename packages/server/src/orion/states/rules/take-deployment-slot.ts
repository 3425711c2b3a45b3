import { addSeconds } from "@praetor/wire";
import { leaseOnDeployment } from "../lease.ts";
import { ANY_ORIGIN, abort, type FlowRunRule, pass, reject } from "../rule.ts";
import { ended, scheduled, withDetails } from "../state.ts";
import { takesOwnSlots } from "../version.ts";

const FULL = "Deployment concurrency limit reached.";

/** Takes one slot of the deployment's limit when a run is submitted; when none is free, the run waits or is cancelled. */
export const takeDeploymentSlot: FlowRunRule = {
  name: "take-deployment-slot",
  from: ANY_ORIGIN.filter((type) => type !== "PENDING" && type !== "RUNNING" && type !== "CANCELLING"),
  to: ["PENDING"],
  decide({ facts, proposed, circumstances }) {
    if (facts.deployment_id === null || takesOwnSlots(circumstances.proposer.client_version)) return pass(proposed);
    if (facts.deployment === null) return abort("Deployment not found.");
    const { limit, concurrency_options } = facts.deployment;
    if (limit === null) return pass(proposed);
    if (limit.limit === 0) {
      return abort("The deployment concurrency limit is 0. The flow will deadlock if submitted again.");
    }
    const take = leaseOnDeployment(facts, circumstances);
    if (take) return pass(withDetails(proposed, { deployment_concurrency_lease_id: take.id }), { take });
    if (concurrency_options?.collision_strategy === "CANCEL_NEW") return reject(ended("CANCELLED", FULL), FULL);
    const due = addSeconds(circumstances.now, circumstances.settings.deployment_slot_wait);
    return reject(scheduled("AwaitingConcurrencySlot", due), FULL);
  },
};
