import { expect, test } from "vitest";
import { ask, at, flowRun, LEASE } from "../testing.ts";
import { preventPending } from "./prevent-pending.ts";

test.each(["PENDING", "RUNNING", "CANCELLING", "CANCELLED"] as const)("aborts the submission of a %s run", (from) => {
  expect(ask(preventPending, flowRun({ state: from }), "PENDING")).toMatchObject({
    status: "ABORT",
    reason: `This run is in a ${from} state and cannot transition to a PENDING state.`,
  });
});

test.each([
  ["Pending", "Submitting", "pass"],
  ["Submitting", "InfrastructurePending", "pass"],
  ["Submitting", "Submitting", "ABORT"],
  ["Submitting", "Pending", "ABORT"],
])("answers the progress from %s to %s with %s", (from, to, status) => {
  expect(ask(preventPending, flowRun({ state: { type: "PENDING", name: from } }), { type: "PENDING", name: to }).status).toBe(
    status,
  );
});

test("carries the scheduled time and the lease along, over what is proposed", () => {
  const kept = { scheduled_time: at(60), deployment_concurrency_lease_id: LEASE };
  const proposed = { type: "PENDING", name: "Submitting", state_details: { scheduled_time: at(90) } } as const;
  const outcome = ask(preventPending, flowRun({ state: { type: "PENDING", state_details: kept } }), proposed);
  expect(outcome.proposed?.state_details).toMatchObject(kept);
});
