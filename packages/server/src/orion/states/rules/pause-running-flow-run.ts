import { ANY_ORIGIN, abort, type FlowRunRule, pass, reject } from "../rule.ts";

/** Only a running flow can pause, and one pause fires once; suspending needs a deployment to start the flow again. */
export const pauseRunningFlowRun: FlowRunRule = {
  name: "pause-running-flow-run",
  from: ANY_ORIGIN,
  to: ["PAUSED"],
  decide({ facts, initial, proposed, circumstances }) {
    const verb = proposed.name === "Suspended" ? "suspend" : "pause";
    if (initial === null) return abort(`Cannot ${verb} flows with no state.`);
    if (initial.type !== "RUNNING") return reject(null, `Cannot ${verb} flows that are not currently running.`);

    const fired = facts.run.empirical_policy.pause_keys ?? [];
    const { pause_key, pause_reschedule } = proposed.state_details;
    if (pause_key !== null && fired.includes(pause_key)) return reject(null, `This ${verb} has already fired.`);
    if (pause_reschedule && facts.parent_task_run_id !== null) return abort(`Cannot ${verb} subflows.`);
    if (pause_reschedule && facts.deployment_id === null) return abort(`Cannot ${verb} flows without a deployment.`);
    // Without a key nobody can mean the same pause again, so a key of its own is as good as none.
    return pass(proposed, { policyAfterwards: { pause_keys: [...fired, pause_key ?? circumstances.ids.random()] } });
  },
};
