import type { FlowRunResponse, WorkerFlowRunResponse } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeFlow, makeRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeDeployment } from "../deployments/testing.ts";
import { makePool, makeQueue, makeWaiting, poll, readQueue, takeEvents } from "../work-pools/testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const due = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`;

/** A pool whose queues, the first served first, hold runs that are due at these minutes; each is named after them. */
async function filled(queues: Readonly<Record<string, readonly number[]>>, rest: Record<string, unknown> = {}): Promise<string> {
  const { name } = await makePool(server, rest);
  const flow_id = await makeFlow(server);
  for (const [index, [queue, minutes]] of Object.entries(queues).entries()) {
    if (queue !== "default") await makeQueue(server, name, { name: queue, priority: index + 1 });
    for (const minute of minutes) await makeWaiting(server, name, queue, due(minute), { flow_id, name: `${queue}${minute}` });
  }
  return name;
}

const limit = (pool: string, queue: string, concurrency_limit: number | null) =>
  server.ask("PATCH", `/work_pools/${pool}/queues/${queue}`, { concurrency_limit });

async function submit(pool: string, name: string, ...states: string[]): Promise<void> {
  const body = { work_pools: { name: { any_: [pool] } }, flow_runs: { name: { any_: [name] } } };
  const [run] = bodyOf<{ id: string }[]>(await server.ask("POST", "/flow_runs/filter", body));
  for (const type of states) await setState(server, run?.id ?? "", { type });
}

describe("what a worker is offered", () => {
  it("comes by priority of the queue, then by time", async () => {
    const pool = await filled({ high: [9, 8], default: [1, 2], low: [0] });
    expect(await poll(server, pool)).toEqual(["high8", "high9", "default1", "default2", "low0"]);
    expect(await poll(server, pool, { limit: 3 })).toEqual(["high8", "high9", "default1"]);
    expect(await poll(server, pool, { limit: 0 })).toEqual([]);
  });

  it("is within the window that it asks for, both ends included", async () => {
    const pool = await filled({ default: [1, 2, 3, 4] });
    expect(await poll(server, pool, { scheduled_before: due(2) })).toEqual(["default1", "default2"]);
    expect(await poll(server, pool, { scheduled_before: due(3), scheduled_after: due(3) })).toEqual(["default3"]);
  });

  it("is of the queues that it names", async () => {
    const pool = await filled({ one: [1], two: [2], default: [3] });
    expect(await poll(server, pool, { work_queue_names: ["two", "one"] })).toEqual(["one1", "two2"]);
    expect(await poll(server, pool, { work_queue_names: [] })).toHaveLength(3);
    const unknown = await server.ask("POST", `/work_pools/${pool}/get_scheduled_flow_runs`, { work_queue_names: ["one", "no"] });
    expect(unknown).toMatchObject({ status: 404, body: { detail: `Work pool queue '${pool}/no' not found.` } });
  });

  it("names pool and queue, and leaves the state to be read", async () => {
    const pool = await filled({ default: [1] });
    const answer = await server.ask("POST", `/work_pools/${pool}/get_scheduled_flow_runs`, {});
    const [offered] = bodyOf<WorkerFlowRunResponse[]>(answer);
    expect(offered).toMatchObject({
      work_queue_id: offered?.flow_run.work_queue_id,
      flow_run: { state: null, state_type: "SCHEDULED", work_queue_name: "default", next_scheduled_start_time: due(1) },
    });
    expect(offered?.flow_run.estimated_start_time_delta).toBeGreaterThan(0);
  });

  it("is nothing while the pool is paused, and nothing of a paused queue", async () => {
    const pool = await filled({ one: [1], default: [2] });
    await server.ask("PATCH", `/work_pools/${pool}/queues/one`, { is_paused: true });
    expect(await poll(server, pool)).toEqual(["default2"]);
    await server.ask("PATCH", `/work_pools/${pool}`, { is_paused: true });
    expect(await poll(server, pool)).toEqual([]);
  });

  it("is what the slots of the queue leave: submitted and running runs hold them", async () => {
    const pool = await filled({ default: [1, 2, 3, 4, 5] });
    await limit(pool, "default", 4);
    await submit(pool, "default1", "PENDING", "RUNNING");
    await submit(pool, "default2", "PENDING");
    expect(await poll(server, pool)).toEqual(["default3", "default4"]);
    await submit(pool, "default1", "CANCELLING");
    expect(await poll(server, pool)).toEqual(["default3", "default4", "default5"]);
    await submit(pool, "default2", "COMPLETED");
    await limit(pool, "default", 0);
    expect(await poll(server, pool)).toEqual([]);
  });

  it("is what the slots of the pool leave, the highest priority first", async () => {
    const pool = await filled({ high: [5, 6], default: [1, 2, 3] }, { concurrency_limit: 4 });
    await limit(pool, "high", 1);
    expect(await poll(server, pool)).toEqual(["high5", "default1", "default2", "default3"]);
    await submit(pool, "default1", "PENDING", "RUNNING");
    await submit(pool, "high5", "PENDING");
    expect(await poll(server, pool)).toEqual(["default2", "default3"]);
    const status = await server.ask("GET", `/work_pools/${pool}`);
    expect(status.body).toMatchObject({ active_slots: 2 });
  });

  it("is no run that its own process retries, and every other that waits", async () => {
    const pool = await filled({ default: [1, 2] });
    const [first] = bodyOf<WorkerFlowRunResponse[]>(await server.ask("POST", `/work_pools/${pool}/get_scheduled_flow_runs`, {}));
    await server.ask("PATCH", `/flow_runs/${first?.flow_run.id}`, { empirical_policy: { retry_type: "in_process" } });
    expect(await poll(server, pool)).toEqual(["default2"]);
    await server.ask("PATCH", `/flow_runs/${first?.flow_run.id}`, { empirical_policy: { retry_type: "reschedule" } });
    expect(await poll(server, pool)).toEqual(["default1", "default2"]);
  });

  it("passes over a run that somebody is writing, without waiting", async () => {
    const pool = await filled({ default: [1, 2] });
    await server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).transaction(async (tx) => {
      await tx.compose(
        (workspace) => sql`select from orion.flow_run as run join orion.work_pool as pool on pool.name = ${pool}
          where run.workspace_id = ${workspace} and run.name = 'default1' and run.work_queue_id = pool.default_queue_id
          for update of run`,
      );
      expect(await poll(server, pool)).toEqual(["default2"]);
    });
    expect(await poll(server, pool)).toEqual(["default1", "default2"]);
  });

  it("is submitted by one of the workers that ask for it together", async () => {
    const pool = await filled({ default: [1] });
    const answers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const path = `/work_pools/${pool}/get_scheduled_flow_runs`;
        const [offered] = bodyOf<WorkerFlowRunResponse[]>(await server.ask("POST", path, {}));
        return offered && (await setState(server, offered.flow_run.id, { type: "PENDING" })).status;
      }),
    );
    expect(answers.filter((status) => status === "ACCEPT")).toHaveLength(1);
  });
});

describe("a poll", () => {
  it("makes its queues ready, with an event each, and only those", async () => {
    const pool = await filled({ one: [], default: [] });
    await takeEvents(server);
    await poll(server, pool, { work_queue_names: ["one"] });
    await poll(server, pool, { work_queue_names: ["one"] });
    expect(await takeEvents(server)).toEqual(["prefect.work-queue.ready"]);
    const read = async (name: string) => (await server.ask("GET", `/work_pools/${pool}/queues/${name}`)).body;
    expect(await read("one")).toMatchObject({ status: "READY", last_polled: expect.any(String) });
    expect(await read("default")).toMatchObject({ status: "NOT_READY", last_polled: null });
  });

  it("of a paused queue is noted and changes nothing", async () => {
    const pool = await makePool(server);
    const id = pool.default_queue_id ?? "";
    await server.ask("PATCH", `/work_queues/${id}`, { is_paused: true });
    await poll(server, pool.name);
    expect(await readQueue(server, id)).toMatchObject({ status: "PAUSED", last_polled: expect.any(String) });
  });
});

describe("the runs of one queue", () => {
  const runsOf = async (id: string | null, body: object = {}, headers = {}) =>
    bodyOf<FlowRunResponse[]>(await server.ask("POST", `/work_queues/${id}/get_runs`, body, headers)).map(({ name }) => name);

  it("come with their states, and one that is being cancelled holds its slot", async () => {
    const pool = await makePool(server);
    const flow_id = await makeFlow(server);
    for (const minute of [1, 2, 3]) await makeWaiting(server, pool.name, "default", due(minute), { flow_id, name: `r${minute}` });
    expect(await runsOf(pool.default_queue_id, { scheduled_before: due(2) })).toEqual(["r1", "r2"]);
    await limit(pool.name, "default", 1);
    await submit(pool.name, "r1", "PENDING", "RUNNING", "CANCELLING");
    expect(await runsOf(pool.default_queue_id)).toEqual([]);
    expect(await poll(server, pool.name)).toEqual(["r2"]);
  });

  it("may be looked at without anybody serving them", async () => {
    const { default_queue_id: id } = await makePool(server);
    await runsOf(id, {}, { "x-prefect-ui": "true" });
    expect(await readQueue(server, id ?? "")).toMatchObject({ status: "NOT_READY", last_polled: null });
    await runsOf(id);
    expect(await readQueue(server, id ?? "")).toMatchObject({ status: "READY" });
  });
});

describe("a queue that chooses by tags", () => {
  /** A queue that wants these tags, and runs of a deployment by name: with their tags, the first due the earliest. */
  async function tagged(wanted: readonly string[], runs: Readonly<Record<string, readonly string[]>>, rest: object = {}) {
    const filter = { tags: wanted, deployment_ids: null };
    const asked = { name: `by-${wanted.join("-")}`, filter, ...rest };
    const queue = bodyOf<{ id: string }>(await server.ask("POST", "/work_queues/", asked));
    const { id: deployment_id, flow_id } = await makeDeployment(server);
    const made: Record<string, string> = {};
    for (const [index, [name, tags]] of Object.entries(runs).entries()) {
      const state = { type: "SCHEDULED", state_details: { scheduled_time: due(index) } };
      made[name] = (await makeRun(server, { flow_id, deployment_id, name, tags, state })).id;
    }
    return { queue: queue.id, made, flow_id };
  }

  const namesOf = async (queue: string, body: object = {}) =>
    bodyOf<FlowRunResponse[]>(await server.ask("POST", `/work_queues/${queue}/get_runs`, body)).map(({ name }) => name);

  it("offers the runs of deployments that have all of them, wherever they wait, the earliest first", async () => {
    const { queue, flow_id } = await tagged(["a", "b"], { first: ["b", "a"], half: ["a"], second: ["a", "b", "c"] });
    await makeRun(server, { flow_id, name: "no deployment", tags: ["a", "b"], state: { type: "SCHEDULED" } });
    expect(await namesOf(queue)).toEqual(["first", "second"]);
    expect(await namesOf(queue, { limit: 1 })).toEqual(["first"]);
    expect(await namesOf(queue, { scheduled_before: due(1) })).toEqual(["first"]);
  });

  it("offers no more than its own limit leaves: submitted and running ones of its choice hold its slots", async () => {
    const runs = { one: ["x"], two: ["x"], other: ["y"], three: ["x"], four: ["x"] };
    const { queue, made } = await tagged(["x"], runs, { concurrency_limit: 2 });
    const propose = (name: string, type: string) => setState(server, made[name] ?? "", { type });
    expect(await namesOf(queue)).toEqual(["one", "two"]);
    await propose("other", "PENDING");
    await propose("one", "PENDING");
    expect(await namesOf(queue)).toEqual(["two"]);
    await propose("one", "RUNNING");
    await propose("two", "PENDING");
    expect(await namesOf(queue)).toEqual([]);
    await propose("one", "CANCELLING");
    expect(await namesOf(queue)).toEqual(["three"]);
    expect(await namesOf(queue, { limit: 0 })).toEqual([]);
  });

  it.each([
    ["whose limit is 0", { concurrency_limit: 0 }],
    ["that is paused", { is_paused: true }],
  ])("offers nothing of one %s", async (_, rest) => {
    const [tag = ""] = Object.keys(rest);
    const { queue } = await tagged([tag], { run: [tag] }, rest);
    expect(await namesOf(queue)).toEqual([]);
  });
});

describe("what holds slots", () => {
  it("is listed for a pool by queue, and for a queue by run", async () => {
    const pool = await filled({ default: [1, 2, 3] }, { concurrency_limit: 5 });
    for (const name of ["default1", "default2"]) await submit(pool, name, "PENDING");
    await submit(pool, "default2", "RUNNING");
    const ofPool = await server.ask("POST", `/work_pools/${pool}/concurrency_status`, { flow_run_limit: 1 });
    expect(ofPool.body).toMatchObject({
      active_slots: 2,
      concurrency_limit: 5,
      count: 1,
      pages: 1,
      page: 1,
      queues: [{ queue_name: "default", active_slots: 2, flow_run_count: 2, flow_runs: [{ name: expect.any(String) }] }],
    });
    const [queue] = (ofPool.body as { queues: { queue_id: string }[] }).queues;
    const ofQueue = await server.ask("POST", `/work_queues/${queue?.queue_id}/concurrency_status`, { limit: 1, page: 2 });
    expect(ofQueue.body).toMatchObject({
      active_slots: 2,
      count: 2,
      pages: 2,
      flow_runs: [{ time_in_current_state: expect.any(Number) }],
    });
    const none = await server.ask("POST", "/work_pools/none/concurrency_status", {});
    expect(none).toMatchObject({ status: 404, body: { detail: "Work pool 'none' not found." } });
  });
});
