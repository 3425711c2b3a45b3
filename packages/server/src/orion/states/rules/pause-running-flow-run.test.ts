import { expect, test } from "vitest";
import { ask, flowRun } from "../testing.ts";
import { pauseRunningFlowRun } from "./pause-running-flow-run.ts";

const pause = (pause_key: string | null) => ({ type: "PAUSED", state_details: { pause_key } }) as const;
const suspend = { type: "PAUSED", name: "Suspended", state_details: { pause_key: "b", pause_reschedule: true } } as const;
const running = { state: "RUNNING" as const, policy: { pause_keys: ["a"] } };

test.each([
  ["a run without state", { state: null }, pause("b"), "ABORT", "Cannot pause flows with no state."],
  ["a pending run", { state: "PENDING" as const }, pause("b"), "REJECT", "Cannot pause flows that are not currently running."],
  [
    "a pending run, suspended",
    { state: "PENDING" as const },
    suspend,
    "REJECT",
    "Cannot suspend flows that are not currently running.",
  ],
  ["a pause that has fired", running, pause("a"), "REJECT", "This pause has already fired."],
  [
    "a subflow, suspended",
    { ...running, parent_task_run_id: "task", deployment: {} },
    suspend,
    "ABORT",
    "Cannot suspend subflows.",
  ],
  ["a run without deployment, suspended", running, suspend, "ABORT", "Cannot suspend flows without a deployment."],
])("refuses %s", (_, situation, proposed, status, reason) => {
  expect(ask(pauseRunningFlowRun, flowRun(situation), proposed)).toMatchObject({ status, reason, proposed: null, effects: null });
});

test.each([
  ["a new key", running, pause("b"), ["a", "b"]],
  ["a key of its own for a pause without one", running, pause(null), ["a", "random-1"]],
  ["the first key", { state: "RUNNING" as const, policy: { pause_keys: null } }, pause("b"), ["b"]],
  ["the key of a suspension", { ...running, deployment: {} }, suspend, ["a", "b"]],
  ["the key of a subflow that waits", { ...running, parent_task_run_id: "task" }, pause("b"), ["a", "b"]],
])("remembers %s", (_, situation, proposed, pause_keys) => {
  const outcome = ask(pauseRunningFlowRun, flowRun(situation), proposed);
  expect(outcome).toMatchObject({ status: "pass", effects: { policyAfterwards: { pause_keys } } });
});
