import { expect, test } from "vitest";
import { ask, at, flowRun } from "../testing.ts";
import { waitForScheduledTime } from "./wait-for-scheduled-time.ts";

const due = (seconds: number) => flowRun({ state: { type: "PENDING", state_details: { scheduled_time: at(seconds) } } });

test.each([
  [3600, 3600],
  [1.5, 1],
  [1.500001, 2],
  [0.500001, 1],
])("waits for a start %d s away %d s", (seconds, delay_seconds) => {
  const outcome = ask(waitForScheduledTime, due(seconds), "RUNNING");
  expect(outcome.refusal).toEqual({
    status: "WAIT",
    details: { type: "wait_details", delay_seconds, reason: "Scheduled time is in the future" },
  });
});

test.each([
  ["half a second away", due(0.5)],
  ["past", due(-3600)],
  ["not set", flowRun({ state: "PENDING" })],
])("lets a run start whose time is %s", (_, facts) => {
  expect(ask(waitForScheduledTime, facts, "RUNNING").status).toBe("pass");
});
