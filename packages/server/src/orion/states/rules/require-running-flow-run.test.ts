import { expect, test } from "vitest";
import { STATE_TYPES } from "../state.ts";
import { ask, at, FLOW_RUN, taskRun } from "../testing.ts";
import { requireRunningFlowRun } from "./require-running-flow-run.ts";

const elsewhere = STATE_TYPES.filter((type) => type !== "RUNNING" && type !== "PAUSED");

test.each([...elsewhere, null])("aborts a task while the flow is %s", (state_type) => {
  expect(ask(requireRunningFlowRun, taskRun({ flow_run: { state_type } }), "RUNNING")).toMatchObject({
    status: "ABORT",
    reason: "The enclosing flow must be running to begin task execution.",
  });
});

test("lets a task wait with the flow's own timeout while the flow is paused", () => {
  const details = { pause_timeout: at(60), pause_reschedule: true };
  const outcome = ask(requireRunningFlowRun, taskRun({ flow_run: { state_type: "PAUSED", ...details } }), "RUNNING");
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: `The flow is paused, new tasks can execute after resuming flow run: ${FLOW_RUN}.`,
    proposed: { type: "PAUSED", name: "NotReady", state_details: details },
  });
});

test.each([
  ["in a running flow", taskRun({})],
  ["outside any flow", taskRun({ flow_run: null })],
])("lets a task run %s", (_, facts) => {
  expect(ask(requireRunningFlowRun, facts, "RUNNING").status).toBe("pass");
});
