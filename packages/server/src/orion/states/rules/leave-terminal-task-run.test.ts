import { expect, test } from "vitest";
import { JsonText } from "@praetor/wire";
import { STATE_TYPES } from "../state.ts";
import { ask, RESULT, taskRun } from "../testing.ts";
import { leaveTerminalTaskRun } from "./leave-terminal-task-run.ts";

test.each(["CANCELLING", "PAUSED", "CRASHED"] as const)("aborts %s after the end", (to) => {
  const outcome = ask(leaveTerminalTaskRun, taskRun({ state: "FAILED" }), to);
  expect(outcome).toMatchObject({ status: "ABORT", reason: "Run is already FAILED." });
});

test.each(STATE_TYPES.filter((type) => !["CANCELLING", "PAUSED", "CRASHED"].includes(type)))(
  "keeps a stored result from %s",
  (to) => {
    const outcome = ask(leaveTerminalTaskRun, taskRun({ state: { type: "COMPLETED", data: RESULT } }), to);
    expect(outcome).toMatchObject({ status: "REJECT", reason: "This run is already completed.", proposed: null });
  },
);

test.each([
  ["nothing", null],
  ["an unpersisted result", JsonText.of({ type: "unpersisted" })],
  ["a list", JsonText.of([1])],
])("counts attempts anew when a run completed with %s runs again", (_, data) => {
  const outcome = ask(leaveTerminalTaskRun, taskRun({ state: { type: "COMPLETED", data } }), "RUNNING");
  expect(outcome).toMatchObject({ status: "pass", effects: { run_count: 0 } });
});

test("keeps the count between ends", () => {
  expect(ask(leaveTerminalTaskRun, taskRun({ state: "FAILED" }), "COMPLETED").effects).toBeNull();
});

test.each([
  [
    "the flow is at a later attempt",
    taskRun({ state: "FAILED", run: { flow_run_run_count: 1 }, flow_run: { run_count: 2 } }),
    "Retrying",
  ],
  ["the flow is at the same attempt", taskRun({ state: "FAILED", run: { flow_run_run_count: 1 } }), "Running"],
  ["there is no flow", taskRun({ state: "FAILED", flow_run: null }), "Running"],
])("names the rerun when %s", (_, facts, name) => {
  expect(ask(leaveTerminalTaskRun, facts, "RUNNING").proposed?.name).toBe(name);
});
