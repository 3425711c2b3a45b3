import { pass, rule, type TaskRunRule } from "../rule.ts";

/** Tells by its name that a task run is not at its first attempt. Leaving an end starts the count anew, so it is left out. */
export const renameRerun: TaskRunRule = rule({
  name: "rename-rerun",
  from: ["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"],
  to: ["RUNNING"],
  decide({ facts, initial, proposed }) {
    if (facts.run.run_count === 0) return pass(proposed);
    return pass({ ...proposed, name: initial.name === "AwaitingRetry" ? "Retrying" : "Rerunning" });
  },
});
