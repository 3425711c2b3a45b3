import { type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { ended } from "../state.ts";

/** Cancels at once what has no process to end: nobody would ever report the end of the cancelling. */
export const cancelWithoutInfrastructure: FlowRunRule = rule({
  name: "cancel-without-infrastructure",
  from: ["SCHEDULED", "PAUSED"],
  to: ["CANCELLING"],
  decide({ facts, initial, proposed }) {
    // A run that awaits its retry may still have its process; one that resumes has left it at its suspension.
    if ((initial.type === "SCHEDULED" && !facts.infrastructure_pid) || initial.name === "Resuming") {
      return reject(ended("CANCELLED"), "Scheduled flow run has no infrastructure to terminate.");
    }
    if (initial.type === "PAUSED" && initial.state_details.pause_reschedule) {
      return reject(ended("CANCELLED"), "Suspended flow run has no infrastructure to terminate.");
    }
    return pass(proposed);
  },
});
