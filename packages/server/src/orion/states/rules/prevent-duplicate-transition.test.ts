import { expect, test } from "vitest";
import { ask, flowRun } from "../testing.ts";
import { preventDuplicateTransition } from "./prevent-duplicate-transition.ts";

const marked = (transition_id: string | null) => ({ type: "RUNNING", state_details: { transition_id } }) as const;

test("answers the second sending of a transition with the state of the first", () => {
  const outcome = ask(preventDuplicateTransition, flowRun({ state: marked("t1") }), { ...marked("t1"), type: "COMPLETED" });
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "This run has already made this state transition.",
    proposed: null,
  });
});

test.each([
  ["t1", "t2"],
  ["t1", null],
  [null, "t1"],
  [null, null],
])("lets a transition marked %s be followed by one marked %s", (initial, proposed) => {
  expect(ask(preventDuplicateTransition, flowRun({ state: marked(initial) }), marked(proposed)).status).toBe("pass");
});
