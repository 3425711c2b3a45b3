import { expect, test } from "vitest";
import { ask, flowRun } from "../testing.ts";
import { cancelWithoutInfrastructure } from "./cancel-without-infrastructure.ts";

const SCHEDULED_REASON = "Scheduled flow run has no infrastructure to terminate.";
const suspended = { type: "PAUSED", name: "Suspended", state_details: { pause_reschedule: true } } as const;
const resuming = { type: "SCHEDULED", name: "Resuming" } as const;

test.each([
  ["scheduled without a process", "SCHEDULED" as const, null, SCHEDULED_REASON],
  ["scheduled with an empty process id", "SCHEDULED" as const, "", SCHEDULED_REASON],
  ["resuming, whatever process it had", resuming, "123", SCHEDULED_REASON],
  ["suspended", suspended, "123", "Suspended flow run has no infrastructure to terminate."],
])("cancels a run at once that is %s", (_, state, infrastructure_pid, reason) => {
  const outcome = ask(cancelWithoutInfrastructure, flowRun({ state, infrastructure_pid }), "CANCELLING");
  expect(outcome).toMatchObject({ status: "REJECT", reason, proposed: { type: "CANCELLED", name: "Cancelled", message: null } });
});

test.each([
  ["scheduled with a process", { type: "SCHEDULED", name: "AwaitingRetry" } as const],
  ["paused with its process waiting", "PAUSED" as const],
])("lets a run be cancelled in order that is %s", (_, state) => {
  const outcome = ask(cancelWithoutInfrastructure, flowRun({ state, infrastructure_pid: "123" }), "CANCELLING");
  expect(outcome).toMatchObject({ status: "pass", proposed: { type: "CANCELLING" } });
});
