import { ANY_STATE, type FlowRunRule, pass, reject, rule } from "../rule.ts";

/** Only a run that still waits for its time can be late, and only once. */
export const markLateOnce: FlowRunRule = rule({
  name: "mark-late-once",
  from: ANY_STATE,
  to: ["SCHEDULED"],
  decide({ initial, proposed }) {
    if (proposed.name !== "Late") return pass(proposed);
    if (initial.type !== "SCHEDULED") return reject(null, "Only scheduled flows can be marked late.");
    if (initial.name === "Late") return reject(null, "This flow run is already marked late.");
    return pass(proposed);
  },
});
