import { expect, test } from "vitest";
import { SERVER } from "../circumstances.ts";
import { ask, at, flowRun, proposal, RESULT } from "../testing.ts";
import { resetsFailedTaskRuns, retryFailedFlowRun } from "./retry-failed-flow-run.ts";

const failure = { type: "FAILED", message: "because", data: RESULT } as const;
const attempt = (run_count: number, retries: number | null, retry_delay: number | null = null) =>
  flowRun({ state: "RUNNING", run: { run_count }, policy: { retries, retry_delay } });
const byApi = (api_version: string) => ({ proposer: { ...SERVER, api_version } });

test.each([
  [1, 1, null, 0],
  [1, 2, 5, 5],
  [2, 2, 5, 5],
])("retries attempt %d of a run with %d retries and delay %s", (run_count, retries, delay, seconds) => {
  const outcome = ask(retryFailedFlowRun, attempt(run_count, retries, delay), failure);
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "Retrying",
    proposed: { type: "SCHEDULED", name: "AwaitingRetry", message: "because", data: RESULT },
    effects: { policy: { resuming: false, pause_keys: [], retry_type: "in_process" } },
  });
  expect(outcome.proposed?.state_details.scheduled_time).toBe(at(seconds));
});

test.each([
  [1, null],
  [1, 0],
  [3, 2],
])("lets attempt %d of a run with %s retries fail for anybody to rerun", (run_count, retries) => {
  const outcome = ask(retryFailedFlowRun, attempt(run_count, retries), failure);
  expect(outcome).toMatchObject({ status: "pass", effects: { policy: { retry_type: null } } });
});

test.each([
  ["0.8.4", { policy: { resuming: false, pause_keys: [], retry_type: "in_process" } }],
  ["0.8.3", {}],
  ["0.8.2", { failedTaskRunsDue: at(0) }],
])("does for a client of API %s what its retries need", (api_version, effects) => {
  expect(ask(retryFailedFlowRun, attempt(1, 1), failure, byApi(api_version)).effects).toEqual(effects);
});

test("asks for failed task runs only where they are reset", () => {
  const old = { ...SERVER, api_version: "0.8.2" };
  expect(resetsFailedTaskRuns(old, proposal("FAILED"))).toBe(true);
  expect(resetsFailedTaskRuns(old, proposal("CRASHED"))).toBe(false);
  expect(resetsFailedTaskRuns(SERVER, proposal("FAILED"))).toBe(false);
});
