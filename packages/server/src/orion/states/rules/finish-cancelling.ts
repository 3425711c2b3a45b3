import { ANY_STATE, type FlowRunRule, reject, rule } from "../rule.ts";

/** A run that is being cancelled can only become cancelled: whoever tears its process down must not see it revive. */
export const finishCancelling: FlowRunRule = rule({
  name: "finish-cancelling",
  from: ["CANCELLING"],
  to: ANY_STATE.filter((type) => type !== "CANCELLED"),
  decide: () => reject(null, "Cannot transition flows that are cancelling to a state other than Cancelled."),
});
