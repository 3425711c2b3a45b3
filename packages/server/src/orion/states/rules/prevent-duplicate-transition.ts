import { ANY_STATE, pass, type RunRule, reject, rule } from "../rule.ts";

/** Answers a repeated request with the state that its first sending made. */
export const preventDuplicateTransition: RunRule = rule({
  name: "prevent-duplicate-transition",
  from: ANY_STATE,
  to: ANY_STATE,
  decide({ initial, proposed }) {
    const transition = proposed.state_details.transition_id;
    if (transition === null || transition !== initial.state_details.transition_id) return pass(proposed);
    return reject(null, "This run has already made this state transition.");
  },
});
