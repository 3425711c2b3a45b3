import type { WorkPoolResponse } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { type Peer, serveSockets, type TestSockets } from "../../testing/sockets.ts";
import { makePool, makeQueue, readPool } from "../work-pools/testing.ts";
import { workerChannel } from "./index.ts";

const CONSUMER = "77777777-7777-4777-8777-777777777777";
const ID = "88888888-8888-7888-8888-888888888888";

let server: TestServer;
let sockets: TestSockets;
beforeAll(async () => {
  server = await openTestServer();
  sockets = await serveSockets([workerChannel(server.deps)]);
});
afterAll(async () => {
  await sockets.close();
  await server.close();
});

interface Frame {
  readonly type: string;
  readonly payload: { readonly initial_snapshot?: Snapshot } & Partial<Snapshot>;
}
interface Snapshot {
  readonly snapshot_sequence: number;
  readonly reason: string;
  readonly work_pool: WorkPoolResponse;
}

const frame = (type: string, payload: object) => ({ type, id: ID, sent_at: "2026-11-23T00:00:00Z", payload });
const heartbeat = (rest: object = {}) =>
  frame("worker.heartbeat.v1", { consumer_id: CONSUMER, worker_name: "w", heartbeat_interval_seconds: 30, ...rest });
const hello = (rest: object = {}) =>
  frame("worker.hello.v1", {
    consumer_id: CONSUMER,
    worker_name: "w",
    worker_type: "process",
    heartbeat_interval_seconds: 30,
    supported_channel_versions: ["work_pool_worker_channel.v1"],
    requested_capabilities: ["worker_heartbeat.v1", "work_pool_snapshot.v1", "cleanup_delivery.v1"],
    ...rest,
  });

async function say(pool: string, message: unknown): Promise<Peer> {
  const peer = await (await sockets.connect(`/work_pools/${pool}/workers/connect`)).authenticate();
  peer.send(message);
  return peer;
}
const next = async (peer: Peer) => (await peer.next()) as Frame;
const change = (pool: string, body: object) => server.ask("PATCH", `/work_pools/${pool}`, body);
const workersOf = async (pool: string) => (await server.ask("POST", `/work_pools/${pool}/workers/filter`, {})).body;

describe("a worker's channel", () => {
  it("tells what the pool is like, and notes that the worker lives", async () => {
    const pool = await makePool(server);
    const queue = await makeQueue(server, pool.name);
    const peer = await say(pool.name, hello());
    const ready = await next(peer);
    expect(ready).toMatchObject({
      type: "worker.ready.v1",
      payload: {
        consumer_id: CONSUMER,
        worker_id: null,
        selected_channel_version: "work_pool_worker_channel.v1",
        effective_heartbeat_interval_seconds: 30,
        accepted_capabilities: ["worker_heartbeat.v1", "work_pool_snapshot.v1"],
        rejected_capabilities: ["cleanup_delivery.v1"],
        effective_max_cleanup_concurrency: 0,
        resolved_work_queues: [{ name: "default" }, { id: queue.id, name: queue.name }],
        initial_snapshot: { snapshot_sequence: 1, reason: "initial" },
      },
    });
    expect(ready.payload.initial_snapshot?.work_pool).toEqual(await readPool(server, pool.name));
    expect(await readPool(server, pool.name)).toMatchObject({ status: "READY" });
    expect(await workersOf(pool.name)).toMatchObject([{ name: "w", status: "ONLINE", heartbeat_interval_seconds: 30 }]);
  });

  it("names the queues that the worker serves", async () => {
    const pool = await makePool(server);
    const queue = await makeQueue(server, pool.name);
    const peer = await say(pool.name, hello({ work_queue_names: [queue.name, queue.name] }));
    expect(await next(peer)).toMatchObject({ payload: { resolved_work_queues: [{ id: queue.id, name: queue.name }] } });
  });

  it("tells of a change at once, and of changes that come together once", async () => {
    const pool = await makePool(server);
    const peer = await say(pool.name, hello());
    await next(peer);
    await change(pool.name, { is_paused: true });
    expect(await next(peer)).toMatchObject({
      type: "work_pool.snapshot.v1",
      payload: { snapshot_sequence: 2, reason: "work_pool_updated", work_pool: { is_paused: true, status: "PAUSED" } },
    });
    await Promise.all([change(pool.name, { concurrency_limit: 1 }), change(pool.name, { concurrency_limit: 2 })]);
    expect(await next(peer)).toMatchObject({ payload: { snapshot_sequence: 3 } });
    await change(pool.name, { concurrency_limit: 3 });
    expect(await next(peer)).toMatchObject({ payload: { snapshot_sequence: 4, work_pool: { concurrency_limit: 3 } } });
  });

  it("tells with a heartbeat what was missed", async () => {
    const pool = await makePool(server);
    const peer = await say(pool.name, hello());
    await next(peer);
    await change(pool.name, { description: "of no concern to workers" });
    peer.send(heartbeat());
    expect(await next(peer)).toMatchObject({
      payload: { reason: "heartbeat_reconciliation", work_pool: { description: "of no concern to workers" } },
    });
    peer.send(heartbeat());
    await peer.ping();
    expect(peer.frames).toEqual([]);
  });

  it("makes the pool that a worker brings, and gives a pool without a template the worker's", async () => {
    const template = { job_configuration: { a: "{{ a }}" }, variables: { properties: { a: {} } } };
    const made = await say("brought", hello({ create_pool_if_not_found: true, default_base_job_template: template }));
    expect(await next(made)).toMatchObject({
      payload: { initial_snapshot: { work_pool: { name: "brought", type: "process", base_job_template: template } } },
    });
    const bare = await makePool(server);
    const given = await say(bare.name, hello({ default_base_job_template: template }));
    expect(await next(given)).toMatchObject({
      payload: { initial_snapshot: { work_pool: { base_job_template: template, status: "READY" } } },
    });
  });

  it.each([
    ["an unknown pool", "nowhere", hello(), 1008, "authorization_failed"],
    ["a reserved name", "Prefect-x", hello({ create_pool_if_not_found: true }), 1008, "authorization_failed"],
    ["another version", "nowhere", hello({ supported_channel_versions: ["v9"] }), 1008, "unsupported_version"],
    ["a missing capability", "nowhere", hello({ requested_capabilities: ["worker_heartbeat.v1"] }), 1002, "protocol_error"],
    ["an unknown key", "nowhere", hello({ more: 1 }), 1002, "protocol_error"],
    ["a heartbeat before the hello", "nowhere", heartbeat(), 1002, "protocol_error"],
    ["no JSON", "nowhere", "{", 1002, "protocol_error"],
  ])("ends on %s", async (_, pool, message, code, reason) => {
    expect(await (await say(pool, message)).ended).toEqual({ code, reason });
  });

  it("ends on an unknown queue, on another's heartbeat, and when the pool is deleted", async () => {
    const pool = await makePool(server);
    const unknown = await say(pool.name, hello({ work_queue_names: ["no"] }));
    expect(await unknown.ended).toEqual({ code: 1008, reason: "authorization_failed" });
    const foreign = await say(pool.name, hello());
    await next(foreign);
    foreign.send(heartbeat({ consumer_id: ID }));
    expect(await foreign.ended).toEqual({ code: 1002, reason: "protocol_error" });
    const peer = await say(pool.name, hello());
    await next(peer);
    await server.ask("DELETE", `/work_pools/${pool.name}`);
    expect(await peer.ended).toEqual({ code: 1008, reason: "authorization_failed" });
  });

  it("asks for the handshake and its credential", async () => {
    const bare = await sockets.connect("/work_pools/x/workers/connect", { subprotocol: false });
    expect(await bare.ended).toEqual({ code: 1002, reason: "protocol_error" });
    const guarded = await openTestServer({ environment: { PREFECT_SERVER_API_AUTH_STRING: "a:b" } });
    const own = await serveSockets([workerChannel(guarded.deps)]);
    const peer = await own.connect("/work_pools/x/workers/connect");
    peer.send({ type: "auth", token: "wrong" });
    expect(await peer.ended).toEqual({ code: 1008, reason: "authentication_failed" });
    await own.close();
    await guarded.close();
  });
});
