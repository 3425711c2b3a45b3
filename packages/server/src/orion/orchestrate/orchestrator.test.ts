import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemStatement, workspaceStatement } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeRun, makeRunning, makeTaskRun, readRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

interface StoredState {
  id: string;
  type: string;
  name: string;
  timestamp: string;
}

async function statesOf(id: string): Promise<StoredState[]> {
  return bodyOf<StoredState[]>(await server.ask("GET", `/flow_run_states/?flow_run_id=${id}`));
}

const outboxOf = systemStatement<[id: string], { event: string; follows: string | null }>(
  "test.outbox-of",
  `select event ->> 'event' as event, event ->> 'follows' as follows from orion.outbox
  where event -> 'resource' ->> 'prefect.resource.id' = $1 order by position`,
);

describe("a proposed state", () => {
  it("moves the run, keeps the history, and tells it in the outbox", async () => {
    const run = await makeRun(server);
    const running = await setState(server, run.id, { type: "RUNNING" });
    const completed = await setState(server, run.id, { type: "COMPLETED", message: "well done" });
    expect([running.httpStatus, completed.httpStatus, completed.status]).toEqual([201, 201, "ACCEPT"]);
    const states = await statesOf(run.id);
    expect(states.map(({ type }) => type)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
    expect(await readRun(server, run.id)).toMatchObject({
      state_id: states[2]?.id,
      state_type: "COMPLETED",
      state_name: "Completed",
      run_count: 1,
      start_time: states[1]?.timestamp,
      end_time: states[2]?.timestamp,
      state: { message: "well done", state_details: { flow_run_id: run.id } },
    });
    const events = await server.deps.databases.orion.system.all(outboxOf, `prefect.flow-run.${run.id}`);
    expect(events).toEqual([
      { event: "prefect.flow-run.Pending", follows: null },
      { event: "prefect.flow-run.Running", follows: states[0]?.id },
      { event: "prefect.flow-run.Completed", follows: states[1]?.id },
    ]);
  });

  it("answers 404 for a run that is not there", async () => {
    const id = "00000000-0000-4000-8000-00000000dead";
    const answer = await server.ask("POST", `/flow_runs/${id}/set_state`, { state: { type: "RUNNING" } });
    expect(answer).toMatchObject({ status: 404, body: { exception_message: `Flow run with id ${id} not found` } });
  });

  it("is refused without a trace when it repeats a transition", async () => {
    const run = await makeRun(server);
    const state = { type: "RUNNING", state_details: { transition_id: "11111111-1111-4111-8111-111111111111" } };
    const first = await setState(server, run.id, state);
    const second = await setState(server, run.id, state);
    expect(second).toMatchObject({ httpStatus: 200, status: "REJECT", state: { id: first.state?.id } });
    expect(await statesOf(run.id)).toHaveLength(2);
  });

  it("keeps what the client stored with it, number by number", async () => {
    const run = await makeRunning(server);
    const payload = '{"state":{"type":"COMPLETED","data":{"b":1.0,"a":18446744073709551616}}}';
    const sent = await server.send({ method: "POST", url: `/api/flow_runs/${run.id}/set_state`, payload });
    expect(sent.text).toContain('"data":{"b":1.0,"a":18446744073709551616}');
    const read = await server.ask("GET", `/flow_runs/${run.id}`);
    expect(read.text).toContain('"data":{"b":1.0,"a":18446744073709551616}');
  });

  it("mirrors a subflow's states onto the task run that stands for it", async () => {
    const parent = await makeRunning(server);
    const task = await makeTaskRun(server, { flow_run_id: parent.id });
    const child = await makeRun(server, { parent_task_run_id: task.id });
    await setState(server, child.id, { type: "RUNNING" });
    const mirrored = await server.ask("GET", `/task_runs/${task.id}`);
    expect(mirrored.body).toMatchObject({
      state_type: "RUNNING",
      run_count: 1,
      state: { state_details: { child_flow_run_id: child.id, task_run_id: task.id, flow_run_id: parent.id } },
    });
  });
});

describe("a subflow's state", () => {
  it("frees the tags' slots of the task run that stands for it, when it is made and when it ends", async () => {
    await server.ask("POST", "/concurrency_limits/", { tag: "mirrored", concurrency_limit: 1 });
    const parent = await makeRunning(server);
    const task = await makeTaskRun(server, { flow_run_id: parent.id, tags: ["mirrored"] });
    const holders = async () => (await server.ask("GET", "/concurrency_limits/tag/mirrored")).body;
    await server.ask("POST", `/task_runs/${task.id}/set_state`, { state: { type: "RUNNING" } });
    expect(await holders()).toMatchObject({ active_slots: [task.id] });
    const child = await makeRun(server, { parent_task_run_id: task.id, state: { type: "SCHEDULED" } });
    expect(await holders()).toMatchObject({ active_slots: [] });
    await server.ask("POST", `/task_runs/${task.id}/set_state`, { state: { type: "RUNNING" } });
    expect(await holders()).toMatchObject({ active_slots: [task.id] });
    await setState(server, child.id, { type: "CRASHED" });
    expect(await holders()).toMatchObject({ active_slots: [] });
  });

  it("leaves a result to the run and a later one to the task run", async () => {
    const task = await makeTaskRun(server, { flow_run_id: null });
    const child = await makeRun(server, { parent_task_run_id: task.id });
    await setState(server, child.id, { type: "COMPLETED", data: { value: 1 } });
    const answer = await server.ask("POST", "/artifacts/filter", { sort: "CREATED_DESC", limit: 2 });
    expect(answer.body).toMatchObject([{ task_run_id: task.id }, { flow_run_id: child.id, task_run_id: null }]);
    const [later, earlier] = bodyOf<{ created: string }[]>(answer);
    expect(later?.created).not.toBe(earlier?.created);
  });
});

describe("proposals that race", () => {
  it("leave one current state, one chain of history, and a verdict each", async () => {
    const run = await makeRunning(server);
    const types = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"];
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => setState(server, run.id, { type: types[index % types.length] })),
    );
    const states = await statesOf(run.id);
    const current = await readRun(server, run.id);
    expect(states.at(-1)?.id).toBe(current.state_id);
    // Each verdict that answers 201 wrote exactly one state; the others wrote none.
    expect(states).toHaveLength(2 + verdicts.filter(({ httpStatus }) => httpStatus === 201).length);
    expect(new Set(states.map(({ timestamp }) => timestamp)).size).toBe(states.length);
  });

  it("let one of many take a run from PENDING twice no more than once", async () => {
    const run = await makeRun(server, { state: { type: "SCHEDULED" } });
    const verdicts = await Promise.all(Array.from({ length: 30 }, () => setState(server, run.id, { type: "PENDING" })));
    expect(verdicts.filter(({ status }) => status === "ACCEPT")).toHaveLength(1);
    expect(verdicts.filter(({ status }) => status === "ABORT")).toHaveLength(29);
  });

  it("of many runs share round trips and each get their own verdict", async () => {
    const runs = await Promise.all(Array.from({ length: 150 }, () => makeRun(server)));
    const verdicts = await Promise.all(runs.map(({ id }) => setState(server, id, { type: "RUNNING" })));
    expect(verdicts.every(({ status, httpStatus }) => status === "ACCEPT" && httpStatus === 201)).toBe(true);
    expect(verdicts.map(({ state }) => state?.state_details.flow_run_id)).toEqual(runs.map(({ id }) => id));
  });
});

describe("a deployment's limit", () => {
  const makeLimited = workspaceStatement<
    [flow: string, deployment: string, limit: string, options: object | null],
    { id: string }
  >(
    "test.make-limited-deployment",
    `with made as (
      insert into orion.concurrency_limit (workspace_id, id, name, "limit") values ($1, $4, 'deployment:' || $3, 2)
    )
    insert into orion.deployment (workspace_id, id, flow_id, name, concurrency_limit_id, concurrency_options)
    values ($1, $3::uuid, $2, 'limited', $4, $5::jsonb) returning id`,
  );

  async function limitedRuns(count: number, options: object | null = null): Promise<string[]> {
    const { ids, databases } = server.deps;
    const flow = bodyOf<{ id: string }>(await server.ask("POST", "/flows/", { name: ids.random() })).id;
    const deployment = ids.random();
    await databases.orion.workspace(DEFAULT_WORKSPACE_ID).first(makeLimited, flow, deployment, ids.random(), options);
    const scheduled = { flow_id: flow, deployment_id: deployment, state: { type: "SCHEDULED" } };
    return Promise.all(Array.from({ length: count }, async () => (await makeRun(server, scheduled)).id));
  }

  it("lets as many runs through as it has slots, and the others wait their turn", async () => {
    const runs = await limitedRuns(10);
    const verdicts = await Promise.all(runs.map((id) => setState(server, id, { type: "PENDING" })));
    const accepted = verdicts.filter(({ status }) => status === "ACCEPT");
    expect(accepted).toHaveLength(2);
    expect(accepted.every(({ state }) => state?.state_details.deployment_concurrency_lease_id)).toBe(true);
    expect(verdicts.filter(({ state }) => state?.name === "AwaitingConcurrencySlot")).toHaveLength(8);
  });

  it("gives a slot back when its holder ends, once", async () => {
    const [first = "", second = "", third = "", fourth = ""] = await limitedRuns(4);
    for (const id of [first, second]) await setState(server, id, { type: "PENDING" });
    await setState(server, first, { type: "RUNNING" });
    await setState(server, first, { type: "COMPLETED" });
    expect(await setState(server, third, { type: "PENDING" })).toMatchObject({ status: "ACCEPT" });
    // Ending a second time must not free the slot that the third run holds by now.
    await setState(server, first, { type: "COMPLETED" });
    expect(await setState(server, fourth, { type: "PENDING" })).toMatchObject({
      status: "REJECT",
      state: { name: "AwaitingConcurrencySlot" },
    });
  });

  it("cancels what finds it full where it says so", async () => {
    const runs = await limitedRuns(3, { collision_strategy: "CANCEL_NEW", grace_period_seconds: null });
    const verdicts = [];
    for (const id of runs) verdicts.push(await setState(server, id, { type: "PENDING" }));
    expect(verdicts.map(({ state }) => state?.type)).toEqual(["PENDING", "PENDING", "CANCELLED"]);
  });
});
