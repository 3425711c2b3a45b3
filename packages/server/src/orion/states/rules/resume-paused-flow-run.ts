import { secondsBetween } from "@praetor/wire";
import { ANY_STATE, type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { ended, isTerminal } from "../state.ts";

/** Marks the run, so that the RUNNING to come continues the attempt and is not a new one; a refusal marks it, too. */
const resuming = { policyAfterwards: { resuming: true } };

/** A paused flow can go on, be scheduled again or end; past its timeout it can only fail. */
export const resumePausedFlowRun: FlowRunRule = rule({
  name: "resume-paused-flow-run",
  from: ["PAUSED"],
  to: ANY_STATE,
  decide({ facts, initial, proposed, circumstances }) {
    if (proposed.type !== "RUNNING" && proposed.type !== "SCHEDULED" && !isTerminal(proposed.type)) {
      return reject(null, transitionRefused(initial.type, proposed.type), resuming);
    }
    const name = proposed.name.toLowerCase();
    const { pause_reschedule, pause_timeout } = initial.state_details;
    if (pause_reschedule && facts.deployment_id === null) {
      return reject(null, `Cannot reschedule a ${name} flow run without a deployment.`, resuming);
    }
    if (pause_timeout !== null && secondsBetween(pause_timeout, circumstances.now) > 0) {
      const verb = proposed.name === "Suspended" ? "suspend" : "pause";
      const failure = ended("FAILED", `The flow was ${name} and never resumed.`);
      return reject(failure, `The flow run ${verb} has timed out and can no longer resume.`, resuming);
    }
    return pass(proposed, resuming);
  },
});

/** The prefix belongs to the text: clients have seen it this way. */
function transitionRefused(from: string, to: string): string {
  return `This run cannot transition to the StateType.${to} state from the StateType.${from} state.`;
}
