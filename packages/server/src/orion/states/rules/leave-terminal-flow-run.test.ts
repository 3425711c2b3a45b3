import { expect, test } from "vitest";
import { JsonText } from "@praetor/wire";
import { SERVER } from "../circumstances.ts";
import type { StateType } from "../state.ts";
import { ask, flowRun, RESULT } from "../testing.ts";
import { leaveTerminalFlowRun } from "./leave-terminal-flow-run.ts";

const withResult = { type: "COMPLETED", data: RESULT } as const;

test.each(["CANCELLING", "PAUSED", "CRASHED"] as const)("aborts %s after the end", (to) => {
  const outcome = ask(leaveTerminalFlowRun, flowRun({ state: "FAILED" }), to);
  expect(outcome).toMatchObject({ status: "ABORT", reason: "Run is already in terminal state FAILED.", proposed: null });
});

test.each(["RUNNING", "PENDING", "SCHEDULED"] as const)("does not reopen a stored result to %s", (to) => {
  const outcome = ask(leaveTerminalFlowRun, flowRun({ state: withResult, deployment: {} }), to);
  expect(outcome).toMatchObject({ status: "REJECT", reason: "Run is already COMPLETED.", proposed: null });
});

test("does not exchange a stored result for nothing", () => {
  const outcome = ask(leaveTerminalFlowRun, flowRun({ state: withResult }), "COMPLETED");
  expect(outcome.status).toBe("REJECT");
  expect(outcome.reason).toContain("Cannot overwrite a COMPLETED state");
});

test("exchanges a stored result for another, or for a failure", () => {
  expect(ask(leaveTerminalFlowRun, flowRun({ state: withResult }), withResult).status).toBe("pass");
  expect(ask(leaveTerminalFlowRun, flowRun({ state: withResult }), "FAILED").status).toBe("pass");
});

test.each([
  ["no data", null],
  ["data that is not persisted", JsonText.of({ type: "unpersisted" })],
  ["data that is no record", JsonText.of([1])],
])("reopens a run completed with %s", (_, data) => {
  expect(ask(leaveTerminalFlowRun, flowRun({ state: { type: "COMPLETED", data } }), "RUNNING").status).toBe("pass");
});

test("schedules only what somebody will pick up", () => {
  const outcome = ask(leaveTerminalFlowRun, flowRun({ state: "FAILED" }), "SCHEDULED");
  expect(outcome).toMatchObject({ status: "ABORT", reason: "Cannot reschedule a run without an associated deployment." });
});

test.each<[StateType, string | null]>([
  ["SCHEDULED", "reschedule"],
  ["RUNNING", null],
  ["PENDING", null],
])("forgets pauses and retries when reopened to %s", (to, retry_type) => {
  const outcome = ask(leaveTerminalFlowRun, flowRun({ state: "FAILED", deployment: {} }), to);
  expect(outcome.effects).toEqual({ policy: { resuming: false, pause_keys: [], retry_type } });
});

test("leaves the policy alone between ends, and for clients that know no pauses", () => {
  expect(ask(leaveTerminalFlowRun, flowRun({ state: "FAILED" }), "CANCELLED").effects).toBeNull();
  const proposer = { ...SERVER, api_version: "0.8.3" };
  expect(ask(leaveTerminalFlowRun, flowRun({ state: "FAILED" }), "RUNNING", { proposer }).effects).toBeNull();
});
