import { expect, test } from "vitest";
import type { DeploymentFacts, LimitFacts } from "../facts.ts";
import { ask, flowRun } from "../testing.ts";
import { cancelLateWhenFull } from "./cancel-late-when-full.ts";

const late = { type: "SCHEDULED", name: "Late" } as const;
const full: LimitFacts = { id: "limit", active: true, limit: 1, free: 0 };
const cancelNew = { collision_strategy: "CANCEL_NEW", grace_period_seconds: null } as const;
const run = (deployment: Partial<DeploymentFacts> | null) => flowRun({ state: "SCHEDULED", deployment });

test("cancels a late run of a full deployment without queue", () => {
  expect(ask(cancelLateWhenFull, run({ limit: full, concurrency_options: cancelNew }), late)).toMatchObject({
    status: "REJECT",
    reason: "Deployment concurrency limit is full and uses the CANCEL_NEW strategy.",
    proposed: { type: "CANCELLED", message: "Deployment concurrency limit reached." },
  });
});

test.each([
  ["there is a slot", { limit: { ...full, free: 1 }, concurrency_options: cancelNew }, late],
  ["the deployment queues", { limit: full, concurrency_options: { ...cancelNew, collision_strategy: "ENQUEUE" } as const }, late],
  ["the deployment has no options", { limit: full }, late],
  ["the deployment has no limit", { concurrency_options: cancelNew }, late],
  ["the run has no deployment", null, late],
  ["the run is merely scheduled again", { limit: full, concurrency_options: cancelNew }, "SCHEDULED" as const],
])("lets the run be when %s", (_, deployment, proposed) => {
  expect(ask(cancelLateWhenFull, run(deployment), proposed).status).toBe("pass");
});
