import { expect, test } from "vitest";
import { ask, flowRun } from "../testing.ts";
import { markLateOnce } from "./mark-late-once.ts";

const late = { type: "SCHEDULED", name: "Late" } as const;
const awaitingRetry = { type: "SCHEDULED", name: "AwaitingRetry" } as const;

test.each([
  ["a running one", "RUNNING" as const, "Only scheduled flows can be marked late."],
  ["a failed one", "FAILED" as const, "Only scheduled flows can be marked late."],
  ["a late one", late, "This flow run is already marked late."],
])("does not mark %s late", (_, state, reason) => {
  expect(ask(markLateOnce, flowRun({ state }), late)).toMatchObject({ status: "REJECT", reason, proposed: null });
});

test.each([
  ["a scheduled run be late", "SCHEDULED" as const, late],
  ["a run awaiting its retry be late", awaitingRetry, late],
  ["a running one be scheduled", "RUNNING" as const, awaitingRetry],
])("lets %s", (_, state, proposed) => {
  expect(ask(markLateOnce, flowRun({ state }), proposed).status).toBe("pass");
});
