import { JsonText } from "@praetor/wire";
import { expect, test } from "vitest";
import { SERVER } from "./circumstances.ts";
import { judgeFlowRun } from "./judge-flow-run.ts";
import { coreFlowPolicy, flowPolicyFor, minimalFlowPolicy } from "./policies.ts";
import { at, circumstances, FLOW_RUN, flowRun, LEASE, NOW, proposal, type Said, taskRun, TASK_RUN } from "./testing.ts";
import { answer, httpStatus } from "./verdict.ts";

const judge = (facts: ReturnType<typeof flowRun>, said: Said, about = {}) =>
  judgeFlowRun(coreFlowPolicy, facts, proposal(said), circumstances(about));
const force = (facts: ReturnType<typeof flowRun>, said: Said) =>
  judgeFlowRun(minimalFlowPolicy, facts, proposal(said), circumstances());

const leased = { deployment: {}, lease: { id: LEASE, live: true } };
const nothing = { taken: null, renewed: null, released: [] };

test("an accepted proposal is written in place of the state it was judged against", () => {
  const verdict = judge(flowRun({ state: "PENDING" }), "RUNNING");
  expect(verdict.writes).toMatchObject({
    run_id: FLOW_RUN,
    replaces: "initial",
    state: { id: "ordered-1", type: "RUNNING", timestamp: NOW, state_details: { flow_run_id: FLOW_RUN, task_run_id: null } },
    run: { state_id: "ordered-1", run_count: 1, start_time: NOW },
    leases: nothing,
    event: { id: "ordered-1", event: "prefect.flow-run.Running" },
    task_runs: [],
  });
  expect(answer(verdict)).toEqual({ state: verdict.writes?.state, status: "ACCEPT", details: { type: "accept_details" } });
  expect(httpStatus(verdict)).toBe(201);
});

test("a replacement is written and answered with the reason", () => {
  const verdict = judge(flowRun({ state: "RUNNING", run: { run_count: 1 }, policy: { retries: 1 } }), "FAILED");
  expect(verdict).toMatchObject({ status: "REJECT", state: { name: "AwaitingRetry" } });
  expect(verdict.writes?.run).toMatchObject({ run_count: 1, empirical_policy: { retry_type: "in_process" } });
  expect(httpStatus(verdict)).toBe(201);
});

test.each([
  ["REJECT", flowRun({ state: "CANCELLING" }), "RUNNING"],
  ["ABORT", flowRun({ state: "RUNNING" }), "PENDING"],
  ["WAIT", flowRun({ state: { type: "PENDING", state_details: { scheduled_time: at(60) } } }), "RUNNING"],
] as const)("a %s without replacement writes nothing and answers with the current state", (status, facts, to) => {
  const verdict = judge(facts, to);
  expect(verdict).toMatchObject({ status, state: facts.state, writes: null });
  expect(httpStatus(verdict)).toBe(200);
});

test("a refused resumption writes only that the run is resuming", () => {
  const verdict = judge(flowRun({ state: "PAUSED" }), "PENDING");
  expect(verdict.writes).toMatchObject({
    state: null,
    event: null,
    run: { state_id: "initial", empirical_policy: { resuming: true } },
  });
  expect(httpStatus(verdict)).toBe(200);
});

test("what an earlier rule meant to do is not done when a later one refuses", () => {
  const limit = { id: "limit", active: true, limit: 1, free: 1 };
  const verdict = judge(flowRun({ state: "PAUSED", deployment: { limit } }), "PENDING");
  expect(verdict.writes?.leases).toEqual(nothing);
});

test("resuming is marked after the attempts are counted", () => {
  const resumed = judge(flowRun({ state: "PAUSED", run: { run_count: 1 } }), "RUNNING");
  expect(resumed.writes?.run).toMatchObject({ run_count: 2, empirical_policy: { resuming: true } });
  const suspended = flowRun({
    state: { type: "SCHEDULED", name: "Resuming" },
    run: { run_count: 1 },
    policy: { resuming: true },
  });
  expect(judge(suspended, "RUNNING").writes?.run).toMatchObject({ run_count: 1, empirical_policy: { resuming: false } });
});

test.each(["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED", "SCHEDULED"] as const)(
  "the deployment's slot is given back in %s",
  (to) => {
    expect(judge(flowRun({ state: "RUNNING", ...leased }), to).writes?.leases).toEqual({ ...nothing, released: [LEASE] });
  },
);

test("a slot that has been given back is not given back again", () => {
  const retried = { type: "RUNNING", state_details: { deployment_concurrency_lease_id: LEASE } } as const;
  const verdict = judge(flowRun({ state: retried, deployment: {}, lease: null }), "COMPLETED");
  expect(verdict.writes?.leases).toEqual(nothing);
});

test("while a run holds a slot its state names the lease, by force or against the proposal", () => {
  const foreign = { type: "RUNNING", state_details: { deployment_concurrency_lease_id: "foreign" } } as const;
  const facts = flowRun({ state: "RUNNING", ...leased });
  for (const verdict of [force(facts, "RUNNING"), force(facts, foreign), judge(facts, foreign), judge(facts, "CANCELLING")]) {
    expect(verdict.writes?.state?.state_details.deployment_concurrency_lease_id).toBe(LEASE);
    expect(verdict.writes?.leases).toEqual(nothing);
  }
});

test("an expired lease makes room for the one that replaces it", () => {
  const state = { type: "PENDING", state_details: { deployment_concurrency_lease_id: LEASE } } as const;
  const limit = { id: "limit", active: true, limit: 1, free: 1 };
  const verdict = judge(flowRun({ state, deployment: { limit }, lease: { id: LEASE, live: false } }), "RUNNING");
  expect(verdict.writes?.leases).toMatchObject({ taken: { id: "random-1" }, released: [LEASE] });
  expect(verdict.writes?.state?.state_details.deployment_concurrency_lease_id).toBe("random-1");
});

test("a subflow's state is copied onto the task run that stands for it", () => {
  const parent = taskRun({ state: "PENDING" });
  const verdict = judge(flowRun({ state: "PENDING", parent_task_run_id: TASK_RUN, parent }), "RUNNING");
  const details = { flow_run_id: FLOW_RUN, task_run_id: TASK_RUN };
  expect(verdict.writes?.state?.state_details).toMatchObject({ ...details, child_flow_run_id: null });
  expect(verdict.writes?.task_runs).toMatchObject([
    {
      run_id: TASK_RUN,
      replaces: "initial",
      state: { id: "ordered-2", type: "RUNNING", state_details: { ...details, child_flow_run_id: FLOW_RUN } },
      run: { run_count: 1 },
    },
  ]);
});

test("a retry for an old client lets the failed task runs await it as if they had never run", () => {
  const failed = taskRun({ state: "FAILED", run: { run_count: 3 } });
  const facts = flowRun({
    state: "RUNNING",
    run: { run_count: 1 },
    policy: { retries: 1, retry_delay: 5 },
    failed_task_runs: [failed],
  });
  const verdict = judge(facts, "FAILED", { proposer: { ...SERVER, api_version: "0.8.2" } });
  expect(verdict.writes?.task_runs).toMatchObject([
    { state: { name: "AwaitingRetry", state_details: { scheduled_time: at(5) } }, run: { run_count: 0, end_time: null } },
  ]);
});

test("a result is kept, and what is not persisted is only answered", () => {
  const stored = judge(flowRun({ state: "RUNNING" }), { type: "COMPLETED", data: JsonText.of({ type: "reference" }) });
  expect(stored.writes?.result?.data.text).toBe('{"type":"reference"}');
  const unpersisted = judge(flowRun({ state: "RUNNING" }), { type: "COMPLETED", data: JsonText.of({ type: "unpersisted" }) });
  expect(unpersisted.writes?.result).toBeNull();
  expect(unpersisted.state?.data?.text).toBe('{"type":"unpersisted"}');
});

test("force chooses the minimal policy", () => {
  expect(flowPolicyFor({ force: true })).toBe(minimalFlowPolicy);
  expect(flowPolicyFor({ force: false })).toBe(coreFlowPolicy);
});
