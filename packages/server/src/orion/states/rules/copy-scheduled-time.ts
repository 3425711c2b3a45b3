import { pass, type RunRule, rule } from "../rule.ts";
import { withDetails } from "../state.ts";

/** Carries the time for which a run is scheduled to its submission, so that it still holds when the run wants to start. */
export const copyScheduledTime: RunRule = rule({
  name: "copy-scheduled-time",
  from: ["SCHEDULED"],
  to: ["PENDING"],
  decide({ initial, proposed }) {
    const scheduled_time = proposed.state_details.scheduled_time ?? initial.state_details.scheduled_time;
    return pass(withDetails(proposed, { scheduled_time }));
  },
});
