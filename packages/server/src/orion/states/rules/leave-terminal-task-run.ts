import { carriesResult } from "../result.ts";
import { ANY_STATE, abort, pass, reject, rule, type TaskRunRule } from "../rule.ts";
import { isTerminal, TERMINAL_STATES } from "../state.ts";

/** Decides whether a task run that has ended may be reopened, and gives it all its retries again when it is. */
export const leaveTerminalTaskRun: TaskRunRule = rule({
  name: "leave-terminal-task-run",
  from: TERMINAL_STATES,
  to: ANY_STATE,
  decide({ facts, initial, proposed }) {
    if (["CANCELLING", "PAUSED", "CRASHED"].includes(proposed.type)) return abort(`Run is already ${initial.type}.`);
    if (initial.type === "COMPLETED" && carriesResult(initial.data)) return reject(null, "This run is already completed.");
    if (isTerminal(proposed.type)) return pass(proposed);
    // The flow has begun a new attempt since this task last ran: the task runs again because of it.
    const again =
      proposed.type === "RUNNING" && facts.flow_run !== null && facts.run.flow_run_run_count < facts.flow_run.run_count;
    return pass(again ? { ...proposed, name: "Retrying" } : proposed, { run_count: 0 });
  },
});
