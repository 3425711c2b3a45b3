import { liveLease, UNTIL_RELEASED } from "../lease.ts";
import { type FlowRunRule, pass, rule } from "../rule.ts";
import { renewsLeases } from "../version.ts";

/** Keeps the slot of a client that does not renew leases until its run leaves it, however long it runs. */
export const holdSlotForOldClient: FlowRunRule = rule({
  name: "hold-slot-for-old-client",
  from: ["PENDING"],
  to: ["RUNNING", "CANCELLING"],
  decide({ facts, proposed, circumstances }) {
    const lease = liveLease(facts);
    if (lease === null || renewsLeases(circumstances.proposer.client_version)) return pass(proposed);
    return pass(proposed, { renew: { id: lease.id, seconds: UNTIL_RELEASED } });
  },
});
