import { expect, test } from "vitest";
import { answer, httpStatus } from "./verdict.ts";
import { expiredPause, inputRefused, lateness, NOT_PAUSED, resumption } from "./proposals.ts";
import { at, NOW, state } from "./testing.ts";

const paused = (pause_timeout: number | null, pause_reschedule = false) =>
  state({
    type: "PAUSED",
    state_details: { pause_timeout: pause_timeout === null ? null : at(pause_timeout), pause_reschedule },
  });

test("a waiting process runs on, a suspended run is scheduled at once", () => {
  expect(resumption(paused(60), NOW)).toMatchObject({ type: "RUNNING", name: "Running" });
  expect(resumption(paused(60, true), NOW)).toMatchObject({
    type: "SCHEDULED",
    name: "Resuming",
    state_details: { scheduled_time: NOW },
  });
});

test.each([null, state("RUNNING"), state("SCHEDULED")])("there is nothing to resume in %o", (current) => {
  expect(resumption(current, NOW)).toBeNull();
  expect(expiredPause(current, NOW)).toBeNull();
});

test("refusals of a resumption show what clients expect and write nothing", () => {
  expect(answer(NOT_PAUSED)).toMatchObject({ status: "ABORT", state: null, details: { type: "abort_details" } });
  const refused = inputRefused(paused(60), "Reason: no");
  expect(answer(refused)).toMatchObject({
    status: "REJECT",
    state: { type: "PAUSED" },
    details: { type: "abort_details", reason: "Reason: no" },
  });
  expect([httpStatus(NOT_PAUSED), httpStatus(refused)]).toEqual([200, 200]);
});

test.each([
  [-1, "The flow was paused and never resumed."],
  [0, undefined],
  [1, undefined],
  [null, undefined],
])("a pause whose timeout is %s s away fails with %s", (seconds, message) => {
  expect(expiredPause(paused(seconds), NOW)?.message).toBe(message);
});

test("a late run keeps its time", () => {
  expect(lateness(at(-60))).toMatchObject({ type: "SCHEDULED", name: "Late", state_details: { scheduled_time: at(-60) } });
});
