import { expect, test } from "vitest";
import { SERVER } from "../circumstances.ts";
import type { DeploymentFacts, LimitFacts } from "../facts.ts";
import { ask, at, FLOW_RUN, flowRun } from "../testing.ts";
import { takeDeploymentSlot } from "./take-deployment-slot.ts";

const limit: LimitFacts = { id: "limit", active: true, limit: 2, free: 1 };
const full = { ...limit, free: 0 };
const options = (collision_strategy: "ENQUEUE" | "CANCEL_NEW", grace_period_seconds: number | null = null) => ({
  collision_strategy,
  grace_period_seconds,
});
const scheduledRun = (deployment: Partial<DeploymentFacts>) => flowRun({ state: "SCHEDULED", deployment });

test.each([
  ["the setting's time", null, 300],
  ["the setting's time when the options name none", options("ENQUEUE"), 300],
  ["the deployment's own time", options("CANCEL_NEW", 90), 90],
])("takes a free slot for %s", (_, concurrency_options, seconds) => {
  const outcome = ask(takeDeploymentSlot, scheduledRun({ limit, concurrency_options }), "PENDING");
  const take = { id: "random-1", limit_ids: ["limit"], slots: 1, holder: { type: "flow_run", id: FLOW_RUN }, seconds };
  expect(outcome).toMatchObject({ status: "pass", effects: { take } });
  expect(outcome.proposed?.state_details.deployment_concurrency_lease_id).toBe("random-1");
});

test.each([
  ["is full", full, null],
  ["is overfull after it was lowered", { ...limit, free: -1 }, options("ENQUEUE")],
  ["is not active", { ...limit, active: false }, null],
])("lets the run wait when the limit %s", (_, limit, concurrency_options) => {
  const outcome = ask(takeDeploymentSlot, scheduledRun({ limit, concurrency_options }), "PENDING");
  expect(outcome).toMatchObject({ status: "REJECT", reason: "Deployment concurrency limit reached.", effects: null });
  expect(outcome.proposed).toMatchObject({ name: "AwaitingConcurrencySlot", state_details: { scheduled_time: at(30) } });
});

test("cancels the run when the deployment wants no queue", () => {
  const outcome = ask(takeDeploymentSlot, scheduledRun({ limit: full, concurrency_options: options("CANCEL_NEW") }), "PENDING");
  expect(outcome).toMatchObject({ status: "REJECT", reason: "Deployment concurrency limit reached." });
  expect(outcome.proposed).toMatchObject({ type: "CANCELLED", message: "Deployment concurrency limit reached." });
});

test("aborts when no slot can ever be had", () => {
  const never = { ...limit, limit: 0, free: 0 };
  expect(ask(takeDeploymentSlot, scheduledRun({ limit: never }), "PENDING")).toMatchObject({
    status: "ABORT",
    reason: "The deployment concurrency limit is 0. The flow will deadlock if submitted again.",
  });
});

test("aborts when the deployment is gone", () => {
  const facts = flowRun({ state: "SCHEDULED", deployment_id: "deployment", deployment: null });
  expect(ask(takeDeploymentSlot, facts, "PENDING")).toMatchObject({ status: "ABORT", reason: "Deployment not found." });
});

test.each([
  ["a run without deployment", flowRun({ state: null }), "3.8.3"],
  ["a deployment without limit", scheduledRun({}), "3.8.3"],
  ["a worker that takes the slot itself", scheduledRun({ limit: full }), "3.0.3"],
])("takes nothing for %s", (_, facts, client_version) => {
  const outcome = ask(takeDeploymentSlot, facts, "PENDING", { proposer: { ...SERVER, client_version } });
  expect(outcome).toMatchObject({ status: "pass", effects: null });
});
