import { expect, test } from "vitest";
import { TERMINAL_STATES } from "../state.ts";
import { ask, taskRun } from "../testing.ts";
import { renameRerun } from "./rename-rerun.ts";

const awaitingRetry = { type: "SCHEDULED", name: "AwaitingRetry" } as const;

test.each([
  ["a first run", "PENDING" as const, 0, "Running"],
  ["a retry", awaitingRetry, 1, "Retrying"],
  ["any other rerun", "PENDING" as const, 1, "Rerunning"],
])("names %s", (_, state, run_count, name) => {
  expect(ask(renameRerun, taskRun({ state, run: { run_count } }), "RUNNING").proposed?.name).toBe(name);
});

test("leaves reruns after an end alone: their count begins anew", () => {
  for (const type of TERMINAL_STATES) expect(renameRerun.from).not.toContain(type);
});
