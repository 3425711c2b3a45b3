import { expect, test } from "vitest";
import { ask, flowRun, LEASE } from "../testing.ts";
import { preserveDeploymentLease } from "./preserve-deployment-lease.ts";

const named = (lease: string | null) => ({ type: "RUNNING", state_details: { deployment_concurrency_lease_id: lease } }) as const;

test.each([
  ["one that the proposal does not mention", LEASE, null, LEASE],
  ["none when the proposal brings its own", LEASE, "other", "other"],
  ["none when there is none", null, null, null],
])("keeps the lease: %s", (_, initial, proposed, kept) => {
  const outcome = ask(preserveDeploymentLease, flowRun({ state: named(initial) }), named(proposed));
  expect(outcome.status).toBe("pass");
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBe(kept);
});
