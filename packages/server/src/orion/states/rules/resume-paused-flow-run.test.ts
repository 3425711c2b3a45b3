import { expect, test } from "vitest";
import { ask, at, flowRun } from "../testing.ts";
import { resumePausedFlowRun } from "./resume-paused-flow-run.ts";

const paused = (seconds: number | null, pause_reschedule = false) =>
  ({ type: "PAUSED", state_details: { pause_timeout: seconds === null ? null : at(seconds), pause_reschedule } }) as const;
const resuming = { policyAfterwards: { resuming: true } };

test.each(["PENDING", "CANCELLING", "PAUSED"] as const)("refuses %s, and marks the run as resuming all the same", (to) => {
  expect(ask(resumePausedFlowRun, flowRun({ state: paused(60) }), to)).toMatchObject({
    status: "REJECT",
    reason: `This run cannot transition to the StateType.${to} state from the StateType.PAUSED state.`,
    proposed: null,
    effects: resuming,
  });
});

test("does not schedule anew what nobody would pick up", () => {
  const outcome = ask(resumePausedFlowRun, flowRun({ state: paused(60, true) }), { type: "SCHEDULED", name: "Resuming" });
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "Cannot reschedule a resuming flow run without a deployment.",
    proposed: null,
    effects: resuming,
  });
});

test.each([
  ["RUNNING", undefined, "running", "pause"],
  ["SCHEDULED", "Resuming", "resuming", "pause"],
  ["SCHEDULED", "Suspended", "suspended", "suspend"],
  ["CANCELLED", undefined, "cancelled", "pause"],
] as const)("fails a run past its timeout that is to become %s %s", (type, name, shown, verb) => {
  const outcome = ask(resumePausedFlowRun, flowRun({ state: paused(-1) }), name ? { type, name } : type);
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: `The flow run ${verb} has timed out and can no longer resume.`,
    proposed: { type: "FAILED", name: "Failed", message: `The flow was ${shown} and never resumed.` },
    effects: resuming,
  });
});

test.each([
  ["before its timeout", flowRun({ state: paused(1) }), "RUNNING"],
  ["at its timeout", flowRun({ state: paused(0) }), "RUNNING"],
  ["without timeout", flowRun({ state: paused(null) }), "COMPLETED"],
  ["suspended, with a deployment", flowRun({ state: paused(1, true), deployment: {} }), "SCHEDULED"],
] as const)("resumes a run %s", (_, facts, to) => {
  expect(ask(resumePausedFlowRun, facts, to)).toMatchObject({ status: "pass", effects: resuming });
});
