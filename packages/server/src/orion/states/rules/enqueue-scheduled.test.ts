import { expect, test } from "vitest";
import { ask, taskRun } from "../testing.ts";
import { enqueueScheduled } from "./enqueue-scheduled.ts";

test.each([
  ["Scheduled", true, { enqueue: "scheduled" }],
  ["AwaitingRetry", true, { enqueue: "retry" }],
  ["Scheduled", false, null],
  ["Scheduled", null, null],
])("hands %s with deferred %s to task workers: %j", (name, deferred, effects) => {
  const outcome = ask(enqueueScheduled, taskRun({}), { type: "SCHEDULED", name, state_details: { deferred } });
  expect(outcome).toMatchObject({ status: "pass", effects });
});
