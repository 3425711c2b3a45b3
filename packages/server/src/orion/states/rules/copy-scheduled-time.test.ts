import { expect, test } from "vitest";
import { ask, at, flowRun } from "../testing.ts";
import { copyScheduledTime } from "./copy-scheduled-time.ts";

test.each([
  ["the scheduled time", null, at(60)],
  ["its own time when it has one", at(90), at(90)],
])("gives the submission %s", (_, scheduled_time, expected) => {
  const scheduled = flowRun({ state: { type: "SCHEDULED", state_details: { scheduled_time: at(60) } } });
  const outcome = ask(copyScheduledTime, scheduled, { type: "PENDING", state_details: { scheduled_time } });
  expect(outcome.proposed?.state_details.scheduled_time).toBe(expected);
});
