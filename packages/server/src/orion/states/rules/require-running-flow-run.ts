import { ANY_ORIGIN, abort, pass, reject, type TaskRunRule } from "../rule.ts";
import { propose } from "../state.ts";

/** Tasks run only inside a running flow; while it is paused they wait for it with its own timeout. */
export const requireRunningFlowRun: TaskRunRule = {
  name: "require-running-flow-run",
  from: ANY_ORIGIN,
  to: ["RUNNING"],
  decide({ facts: { flow_run_id, flow_run }, proposed, circumstances }) {
    if (flow_run_id === null || flow_run?.state_type === "RUNNING") return pass(proposed);
    if (flow_run?.state_type !== "PAUSED") return abort("The enclosing flow must be running to begin task execution.");
    const { pause_timeout, pause_reschedule } = flow_run;
    const notReady = { type: "PAUSED", name: "NotReady", state_details: { pause_timeout, pause_reschedule } } as const;
    return reject(
      propose(notReady, circumstances.now),
      `The flow is paused, new tasks can execute after resuming flow run: ${flow_run.id}.`,
    );
  },
};
