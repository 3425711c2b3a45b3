import { secondsBetween } from "@praetor/wire";
import { wholeSeconds } from "../delay.ts";
import { pass, type RunRule, rule, wait } from "../rule.ts";

/** No run starts before its time by the server's clock, whatever the client's clock says. */
export const waitForScheduledTime: RunRule = rule({
  name: "wait-for-scheduled-time",
  from: ["SCHEDULED", "PENDING"],
  to: ["RUNNING"],
  decide({ initial, proposed, circumstances }) {
    const due = initial.state_details.scheduled_time;
    const left = due === null ? 0 : wholeSeconds(secondsBetween(circumstances.now, due));
    return left > 0 ? wait(left, "Scheduled time is in the future") : pass(proposed);
  },
});
