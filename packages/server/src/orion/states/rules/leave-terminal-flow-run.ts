import { carriesResult } from "../result.ts";
import { ANY_STATE, abort, type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { isTerminal, TERMINAL_STATES } from "../state.ts";
import { knowsPauses } from "../version.ts";
import { losesResult, RESULT_WOULD_BE_LOST } from "./protect-result.ts";

/** Decides whether a flow run that has ended may be reopened, and forgets its pauses when it is. */
export const leaveTerminalFlowRun: FlowRunRule = rule({
  name: "leave-terminal-flow-run",
  from: TERMINAL_STATES,
  to: ANY_STATE,
  decide({ facts, initial, proposed, circumstances }) {
    if (["CANCELLING", "PAUSED", "CRASHED"].includes(proposed.type)) {
      return abort(`Run is already in terminal state ${initial.type}.`);
    }
    const reopened = !isTerminal(proposed.type);
    if (reopened && initial.type === "COMPLETED" && carriesResult(initial.data)) return reject(null, "Run is already COMPLETED.");
    if (losesResult(initial, proposed)) return reject(null, RESULT_WOULD_BE_LOST);
    if (proposed.type === "SCHEDULED" && facts.deployment_id === null) {
      return abort("Cannot reschedule a run without an associated deployment.");
    }
    if (!reopened || !knowsPauses(circumstances.proposer.api_version)) return pass(proposed);
    const retry_type = proposed.type === "SCHEDULED" ? "reschedule" : null;
    return pass(proposed, { policy: { resuming: false, pause_keys: [], retry_type } });
  },
});
