import { ANY_ORIGIN, pass, type TaskRunRule } from "../rule.ts";

/** Notes at which attempt of the flow a task runs, so that the next attempt is known when the task runs again. */
export const trackFlowRunAttempt: TaskRunRule = {
  name: "track-flow-run-attempt",
  from: ANY_ORIGIN,
  to: ["RUNNING"],
  decide({ facts, proposed }) {
    return pass(proposed, facts.flow_run && { flow_run_run_count: facts.flow_run.run_count });
  },
};
