import { expect, test } from "vitest";
import { judgeTaskRun } from "./judge-task-run.ts";
import { backgroundTaskPolicy, coreTaskPolicy, minimalTaskPolicy, taskPolicyFor } from "./policies.ts";
import { circumstances, FLOW_RUN, proposal, RESULT, type Said, state, taskRun, TASK_RUN } from "./testing.ts";
import { httpStatus } from "./verdict.ts";

const judge = (facts: ReturnType<typeof taskRun>, said: Said, policy = coreTaskPolicy) =>
  judgeTaskRun(policy, facts, proposal(said), circumstances());

test("an accepted proposal is written with its owners, and the attempt is counted", () => {
  const verdict = judge(taskRun({ state: "PENDING", flow_run: { run_count: 2 } }), "RUNNING");
  expect(verdict).toMatchObject({
    status: "ACCEPT",
    writes: {
      run_id: TASK_RUN,
      replaces: "initial",
      state: { type: "RUNNING", state_details: { flow_run_id: FLOW_RUN, task_run_id: TASK_RUN } },
      run: { run_count: 1, flow_run_run_count: 2 },
      cache: null,
      enqueue: null,
    },
  });
  expect(httpStatus(verdict)).toBe(201);
});

test("a cached state is copied as a new state of this run, and no slot is taken for it", () => {
  const cached = state({ type: "COMPLETED", data: RESULT, state_details: { task_run_id: "other" } });
  const limit = { id: "limit", tag: "a", active: true, limit: 1, free: 1, active_slots: 0, avg_slot_occupancy_seconds: 2 };
  const verdict = judge(taskRun({ state: "PENDING", cached, tag_limits: [limit] }), {
    type: "RUNNING",
    state_details: { cache_key: "k" },
  });
  expect(verdict.writes).toMatchObject({
    state: { id: "ordered-1", name: "Cached", data: RESULT, state_details: { task_run_id: TASK_RUN } },
    run: { run_count: 0 },
    leases: { taken: null },
  });
});

test("a task run that ran before its end counts its attempts from one again", () => {
  const verdict = judge(taskRun({ state: "FAILED", run: { run_count: 4, flow_run_run_count: 1 } }), "RUNNING");
  expect(verdict).toMatchObject({ state: { name: "Running" }, writes: { run: { run_count: 1 } } });
});

test.each([
  ["COMPLETED", ["lease"]],
  ["PENDING", ["lease"]],
  ["CANCELLING", []],
  ["RUNNING", []],
] as const)("in %s the leases given back are %j", (to, released) => {
  for (const policy of [coreTaskPolicy, minimalTaskPolicy]) {
    expect(judge(taskRun({ state: "RUNNING", tag_lease_ids: ["lease"] }), to, policy).writes?.leases.released).toEqual(released);
  }
});

test("a completed state goes into the cache under its key, even one too long", () => {
  const cache_key = "k".repeat(2001);
  const verdict = judge(taskRun({ state: "RUNNING" }), { type: "COMPLETED", state_details: { cache_key } });
  expect(verdict).toMatchObject({ status: "REJECT", writes: { state: { type: "COMPLETED" }, cache: { cache_key } } });
  expect(httpStatus(verdict)).toBe(201);
});

test("a background task that is scheduled is handed on", () => {
  const scheduled = { type: "SCHEDULED", state_details: { deferred: true } } as const;
  expect(judge(taskRun({ flow_run: null }), scheduled, backgroundTaskPolicy).writes?.enqueue).toBe("scheduled");
  expect(judge(taskRun({ flow_run: null }), scheduled, minimalTaskPolicy).writes?.enqueue).toBeNull();
});

test.each([
  [true, true, backgroundTaskPolicy],
  [false, true, backgroundTaskPolicy],
  [true, null, minimalTaskPolicy],
  [false, false, coreTaskPolicy],
])("force %s and deferred %s choose the policy", (force, deferred, policy) => {
  expect(taskPolicyFor({ force, deferred })).toBe(policy);
});
