import type { WorkQueueResponse } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bodyOf, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makePool, makeQueue, makeWaiting, poll, readQueue, takeEvents } from "../work-pools/testing.ts";
import { AGENT_POOL, ensureQueue } from "./index.ts";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";
const PAST = "2020-01-01T00:00:00Z";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(() => takeEvents(server));
afterAll(() => server.close());

const queuesOf = async (pool: string) =>
  bodyOf<WorkQueueResponse[]>(await server.ask("POST", `/work_pools/${pool}/queues/filter`, {})).map(({ name, priority }) => [
    name,
    priority,
  ]);
const change = (id: string, body: object) => server.ask("PATCH", `/work_queues/${id}`, body);

describe("a queue of a pool", () => {
  it("takes the next number, or the one that it asks for, and others make room", async () => {
    const { name } = await makePool(server);
    await makeQueue(server, name, { name: "second" });
    await makeQueue(server, name, { name: "first", priority: 1 });
    await makeQueue(server, name, { name: "far", priority: 9 });
    await makeQueue(server, name, { name: "fourth" });
    const order = [
      ["first", 1],
      ["default", 2],
      ["second", 3],
      ["fourth", 4],
      ["far", 9],
    ];
    expect(await queuesOf(name)).toEqual(order);
    await server.ask("PATCH", `/work_pools/${name}/queues/fourth`, { priority: 1 });
    expect((await queuesOf(name))[0]).toEqual(["fourth", 1]);
  });

  it("has its name to itself in its pool", async () => {
    const { name } = await makePool(server);
    const answer = await server.ask("POST", `/work_pools/${name}/queues`, { name: "default" });
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining("already exists in work pool") } });
    const other = await makeQueue(server, name);
    expect((await change(other.id, { name: "default" })).status).toBe(409);
  });

  it("is read, renamed and deleted by its name", async () => {
    const { name } = await makePool(server);
    const made = await makeQueue(server, name, { name: "old", description: "d", concurrency_limit: 2 });
    const path = `/work_pools/${name}/queues`;
    expect((await server.ask("GET", `${path}/old`)).body).toEqual(made);
    expect(made).toMatchObject({ description: "d", concurrency_limit: 2, active_slots: 0, status: "NOT_READY", filter: null });
    await takeEvents(server);
    expect((await server.ask("PATCH", `${path}/old`, { name: "new", concurrency_limit: null })).status).toBe(204);
    expect(await takeEvents(server)).toEqual(["prefect.work-queue.updated"]);
    expect((await server.ask("DELETE", `${path}/new`)).status).toBe(204);
    const gone = await server.ask("GET", `${path}/new`);
    expect(gone).toMatchObject({ status: 404, body: { detail: `Work pool queue '${name}/new' not found.` } });
    expect(await takeEvents(server)).toEqual(["prefect.work-queue.deleted"]);
  });

  it("that its pool began with stays", async () => {
    const { name } = await makePool(server);
    const answer = await server.ask("DELETE", `/work_pools/${name}/queues/default`);
    expect(answer).toMatchObject({ status: 409, headers: { "x-praetor-error": "work_queue_is_default" } });
  });

  it("is paused once, and goes on ready when it was polled lately", async () => {
    const pool = await makePool(server);
    const queue = await makeQueue(server, pool.name);
    const status = async (body: object) => {
      await change(queue.id, body);
      return (await readQueue(server, queue.id)).status;
    };
    await takeEvents(server);
    expect(await status({ is_paused: true })).toBe("PAUSED");
    expect(await status({ is_paused: true })).toBe("PAUSED");
    expect(await status({ is_paused: false })).toBe("NOT_READY");
    await poll(server, pool.name);
    expect((await readQueue(server, queue.id)).status).toBe("READY");
    expect(await status({ is_paused: true })).toBe("PAUSED");
    expect(await status({ is_paused: false })).toBe("READY");
    expect(await takeEvents(server, "prefect.work-queue.")).toEqual(
      ["paused", "not-ready", "ready", "ready", "paused", "ready"].map((what) => `prefect.work-queue.${what}`),
    );
  });

  it("takes its waiting runs out of reach when it goes", async () => {
    const pool = await makePool(server);
    const queue = await makeQueue(server, pool.name);
    const run = await makeWaiting(server, pool.name, queue.name, PAST);
    await server.ask("DELETE", `/work_queues/${queue.id}`);
    expect((await server.ask("GET", `/flow_runs/${run.id}`)).body).toMatchObject({ work_queue_id: null });
  });
});

describe("a queue without a pool", () => {
  it("is made in the pool of those, with its filter", async () => {
    const filter = { tags: ["a"], deployment_ids: null };
    const made = await server.ask("POST", "/work_queues/", { name: "alone", filter });
    expect(made).toMatchObject({ status: 201, body: { name: "alone", work_pool_name: AGENT_POOL, filter } });
    expect((await server.ask("POST", "/work_queues/", { name: "alone" })).status).toBe(409);
    expect((await server.ask("GET", "/work_queues/name/alone")).body).toEqual(made.body);
    const found = await server.ask("POST", "/work_queues/filter", { work_queues: { name: { any_: ["alone"] } } });
    expect(found.body).toEqual([made.body]);
  });

  it.each([
    ["GET", `/work_queues/${UNKNOWN}`, undefined, { detail: "work queue not found" }],
    ["GET", "/work_queues/name/none", undefined, { detail: "work queue not found" }],
    ["PATCH", `/work_queues/${UNKNOWN}`, { name: "x" }, { detail: `Work Queue ${UNKNOWN} not found` }],
    ["DELETE", `/work_queues/${UNKNOWN}`, undefined, { detail: "work queue not found" }],
    ["GET", `/work_queues/${UNKNOWN}/status`, undefined, { exception_message: `Work queue with id ${UNKNOWN} not found.` }],
    ["POST", `/work_queues/${UNKNOWN}/get_runs`, {}, { exception_message: `Work queue with id ${UNKNOWN} not found.` }],
    ["POST", `/work_queues/${UNKNOWN}/concurrency_status`, {}, { detail: "Work queue not found." }],
  ] as const)("that is not there is told: %s %s", async (method, path, sent, body) => {
    expect(await server.ask(method, path, sent)).toMatchObject({ status: 404, body });
  });
});

describe("the status of a queue", () => {
  it("is healthy when it is polled and nothing in it is late", async () => {
    const pool = await makePool(server);
    const status = async () => (await server.ask("GET", `/work_queues/${pool.default_queue_id}/status`)).body;
    expect(await status()).toMatchObject({ healthy: false, late_runs_count: 0, last_polled: null });
    await poll(server, pool.name);
    expect(await status()).toMatchObject({
      healthy: true,
      health_check_policy: { maximum_late_runs: 0, maximum_seconds_since_last_polled: 60 },
    });
    const run = await makeWaiting(server, pool.name, "default", PAST);
    await setState(server, run.id, { type: "SCHEDULED", name: "Late", state_details: { scheduled_time: PAST } });
    expect(await status()).toMatchObject({ healthy: false, late_runs_count: 1 });
  });
});

describe("ensuring a queue", () => {
  it("makes it once, however many ask at the same time", async () => {
    const pool = await makePool(server);
    const database = server.deps.databases.orion.workspace(server.deps.ids.random());
    await expect(ensureQueue(server.deps, database, pool.name, "x")).rejects.toThrow("not found");
    const { DEFAULT_WORKSPACE_ID } = await import("../../platform/tenancy.ts");
    const own = server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID);
    const found = await Promise.all(Array.from({ length: 6 }, () => ensureQueue(server.deps, own, pool.name, "wanted")));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    expect(await queuesOf(pool.name)).toEqual([
      ["default", 1],
      ["wanted", 2],
    ]);
    expect((await ensureQueue(server.deps, own, null, "somewhere")).pool.name).toBe(AGENT_POOL);
  });
});
