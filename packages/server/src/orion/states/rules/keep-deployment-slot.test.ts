import { expect, test } from "vitest";
import { SERVER } from "../circumstances.ts";
import type { DeploymentFacts, LimitFacts } from "../facts.ts";
import { ask, flowRun, LEASE } from "../testing.ts";
import { keepDeploymentSlot } from "./keep-deployment-slot.ts";

const limit: LimitFacts = { id: "limit", active: true, limit: 2, free: 1 };

function submitted(lease: "live" | "expired" | "removed", deployment: Partial<DeploymentFacts> = { limit }) {
  return flowRun({
    state: { type: "PENDING", state_details: { deployment_concurrency_lease_id: LEASE } },
    deployment,
    lease: lease === "removed" ? null : { id: LEASE, live: lease === "live" },
  });
}

test("renews a live lease for the deployment's time", () => {
  const concurrency_options = { collision_strategy: "ENQUEUE", grace_period_seconds: 90 } as const;
  const outcome = ask(keepDeploymentSlot, submitted("live", { limit, concurrency_options }), "RUNNING");
  expect(outcome.effects).toEqual({ renew: { id: LEASE, seconds: 90 } });
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBe(LEASE);
});

test.each(["expired", "removed"] as const)("takes another slot when the lease is %s", (lease) => {
  const outcome = ask(keepDeploymentSlot, submitted(lease), "RUNNING");
  expect(outcome.effects?.take).toMatchObject({ id: "random-1", limit_ids: ["limit"], seconds: 300 });
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBe("random-1");
});

test("cancels a run that has lost its slot and gets no other", () => {
  const outcome = ask(keepDeploymentSlot, submitted("expired", { limit: { ...limit, free: 0 } }), "RUNNING");
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "Deployment concurrency limit reached after lease expiry.",
    proposed: {
      type: "CANCELLED",
      message: "Deployment concurrency slot lost during provisioning - no slots available to continue execution",
    },
    effects: null,
  });
});

test.each([
  ["a client that does not renew leases", submitted("expired"), "3.4.10"],
  ["a client that does not tell its version", submitted("expired"), null],
  ["a deployment that lost its limit", submitted("removed", {}), "3.8.3"],
])("asks for no slot for %s", (_, facts, client_version) => {
  const outcome = ask(keepDeploymentSlot, facts, "RUNNING", { proposer: { ...SERVER, client_version } });
  expect(outcome).toMatchObject({ status: "pass", effects: null });
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBe(LEASE);
});

test("takes a proposed lease for none when the submission had none", () => {
  const proposed = { type: "RUNNING", state_details: { deployment_concurrency_lease_id: "foreign" } } as const;
  const outcome = ask(keepDeploymentSlot, flowRun({ state: "PENDING", deployment: { limit } }), proposed);
  expect(outcome).toMatchObject({ status: "pass", effects: null });
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBeNull();
});
