import { pass, rule, type TaskRunRule } from "../rule.ts";
import { withDetails } from "../state.ts";

/** Keeps a background task's parameters found: they are stored under an id that only its first state was given. */
export const copyTaskParameters: TaskRunRule = rule({
  name: "copy-task-parameters",
  from: ["SCHEDULED", "PENDING"],
  to: ["PENDING", "RUNNING"],
  decide({ initial, proposed }) {
    const task_parameters_id = proposed.state_details.task_parameters_id ?? initial.state_details.task_parameters_id;
    return pass(withDetails(proposed, { task_parameters_id }));
  },
});
