import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ask, at, RESULT, taskRun } from "../testing.ts";
import { retryDelay, retryFailedTaskRun } from "./retry-failed-task-run.ts";

const failure = (retriable: boolean | null = null) =>
  ({ type: "FAILED", message: "because", data: RESULT, state_details: { retriable } }) as const;

test.each([
  [1, 1, 7, 7],
  [1, 2, [7, 9], 7],
  [2, 3, [7, 9], 9],
  [3, 3, [7, 9], 9],
  [1, 1, null, 0],
  [1, 1, [], 0],
])("retries attempt %d of a task with %d retries and delay %j after %d s", (run_count, retries, retry_delay, seconds) => {
  const outcome = ask(
    retryFailedTaskRun,
    taskRun({ state: "RUNNING", run: { run_count }, policy: { retries, retry_delay } }),
    failure(),
  );
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "Retrying",
    proposed: { type: "SCHEDULED", name: "AwaitingRetry", message: "because", data: RESULT },
  });
  expect(outcome.proposed?.state_details.scheduled_time).toBe(at(seconds));
});

test.each([
  ["without retries", 1, null, null],
  ["at its last attempt", 2, 1, null],
  ["whose failure is final", 1, 5, false],
])("lets a task fail %s", (_, run_count, retries, retriable) => {
  const facts = taskRun({ state: "RUNNING", run: { run_count }, policy: { retries } });
  expect(ask(retryFailedTaskRun, facts, failure(retriable)).status).toBe("pass");
});

const policy = { max_retries: 0, retry_delay_seconds: 0, retries: 9 };

test("jitter spreads a delay within its factor, and leaves no delay alone", () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const factor = fc.double({ min: 0.01, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), factor, share, (retry_delay, retry_jitter_factor, random) => {
      const delay = retryDelay({ ...policy, retry_delay, retry_jitter_factor }, 1, () => random);
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThanOrEqual(retry_delay * (1 + retry_jitter_factor) * (1 + 1e-9));
    }),
  );
});

test("a list gives each attempt its delay, and the last one to all later ones", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 100 }), (retry_delay, attempt) => {
      const delay = retryDelay({ ...policy, retry_delay, retry_jitter_factor: null }, attempt, () => 0);
      expect(delay).toBe(retry_delay[Math.min(attempt, retry_delay.length) - 1]);
    }),
  );
});
