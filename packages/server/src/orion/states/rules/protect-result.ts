import { carriesResult, isResultRecord } from "../result.ts";
import { type FlowRunRule, pass, reject, rule } from "../rule.ts";
import { type ProposedState, type State, TERMINAL_STATES } from "../state.ts";

export const RESULT_WOULD_BE_LOST =
  "Cannot overwrite a COMPLETED state that carries persisted result data with one that does not.";

/** Whether a completed state with a stored result would be replaced by a completed one without. */
export function losesResult(initial: State, proposed: ProposedState): boolean {
  return (
    initial.type === "COMPLETED" && proposed.type === "COMPLETED" && carriesResult(initial.data) && !isResultRecord(proposed.data)
  );
}

/** Keeps a stored result from being overwritten by nothing, even by force. */
export const protectResult: FlowRunRule = rule({
  name: "protect-result",
  from: TERMINAL_STATES,
  to: TERMINAL_STATES,
  decide({ initial, proposed }) {
    return losesResult(initial, proposed) ? reject(null, RESULT_WOULD_BE_LOST) : pass(proposed);
  },
});
