import type { TaskRun, TaskWorkerResponse } from "@praetor/wire";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeTaskRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { type Peer, serveSockets, type TestSockets } from "../../testing/sockets.ts";
import { scheduledTaskRuns } from "./index.ts";

const SOCKET = "/task_runs/subscriptions/scheduled";

let server: TestServer;
let sockets: TestSockets;
const peers: Peer[] = [];
beforeAll(async () => {
  server = await openTestServer();
  sockets = await serveSockets([scheduledTaskRuns(server.deps)]);
});
afterEach(async () => {
  for (const peer of peers.splice(0)) await leave(peer);
});
afterAll(async () => {
  await sockets.close();
  await server.close();
});

let made = 0;
const newKey = () => `task-${++made}`;

async function subscribe(keys: string[], client_id = "worker", of = sockets): Promise<Peer> {
  const peer = await (await of.connect(SOCKET)).authenticate();
  peers.push(peer);
  peer.send({ type: "subscribe", keys, client_id });
  await connected(client_id, true);
  return peer;
}

const workers = async (task_keys?: string[]) =>
  bodyOf<TaskWorkerResponse[]>(
    await server.ask("POST", "/task_workers/filter", task_keys && { task_worker_filter: { task_keys } }),
  );
const connected = (client: string, there: boolean) =>
  expect.poll(async () => (await workers()).some(({ identifier }) => identifier === client)).toBe(there);

async function leave(peer: Peer): Promise<void> {
  peer.socket.terminate();
  await peer.ended;
}

function defer(task_key: string, rest: object = {}): Promise<TaskRun> {
  const state = { type: "SCHEDULED", state_details: { deferred: true, ...rest } };
  return makeTaskRun(server, { flow_run_id: null, task_key, state });
}

const idOf = async (peer: Peer) => ((await peer.next()) as TaskRun).id;

describe("a task worker", () => {
  it("is sent what waits for it, oldest first, each after it took the one before", async () => {
    const key = newKey();
    const runs = [await defer(key), await defer(key)];
    const peer = await subscribe([key]);
    const first = (await peer.next()) as TaskRun;
    expect(first).toMatchObject({
      id: runs[0]?.id,
      task_key: key,
      state: { type: "SCHEDULED", state_details: { deferred: true } },
    });
    await peer.ping();
    expect(peer.frames).toEqual([]);
    peer.send({ type: "ack" });
    expect(await idOf(peer)).toBe(runs[1]?.id);
  });

  it("is sent at once what comes while it waits", async () => {
    const key = newKey();
    const peer = await subscribe([newKey(), key]);
    const run = await defer(key);
    expect(await idOf(peer)).toBe(run.id);
  });

  it("is sent no run twice, nor one that another was sent", async () => {
    const key = newKey();
    const [one, other] = [await subscribe([key], "one"), await subscribe([key], "other")];
    const runs = new Set<string>();
    for (let count = 0; count < 10; count += 1) runs.add((await defer(key)).id);
    const seen: string[] = [];
    const drain = async (peer: Peer) => {
      for (;;) {
        const next = await Promise.race([idOf(peer), done.promise]);
        if (next === undefined) return;
        seen.push(next);
        peer.send({ type: "ack" });
        if (seen.length === runs.size) done.resolve(undefined);
      }
    };
    const done = Promise.withResolvers<undefined>();
    await Promise.all([drain(one), drain(other)]);
    expect(seen.toSorted()).toEqual([...runs].toSorted());
  });

  it("that goes without taking its run leaves it to the next, before all others", async () => {
    const key = newKey();
    const [first] = [await defer(key), await defer(key)];
    const lost = await subscribe([key], "lost");
    expect(await idOf(lost)).toBe(first.id);
    await leave(lost);
    await connected("lost", false);
    const next = await subscribe([key], "next");
    expect(await idOf(next)).toBe(first.id);
  });

  it("is not sent what was cancelled, nor what is due later", async () => {
    const key = newKey();
    const cancelled = await defer(key);
    await server.ask("POST", `/task_runs/${cancelled.id}/set_state`, { state: { type: "CANCELLED" }, force: true });
    await defer(key, { scheduled_time: "2999-01-01T00:00:00Z" });
    const wanted = await defer(key);
    const peer = await subscribe([key]);
    expect(await idOf(peer)).toBe(wanted.id);
    peer.send({ type: "ack" });
    await peer.ping();
    expect(peer.frames).toEqual([]);
  });

  it("is listed while it is connected, by the tasks that it serves", async () => {
    const [key, other] = [newKey(), newKey()];
    const peer = await subscribe([key, other], "listed");
    expect(await workers([key])).toMatchObject([{ identifier: "listed", task_keys: [key, other].toSorted() }]);
    expect(await workers([newKey()])).toEqual([]);
    peer.send({ type: "quit" });
    expect(await peer.ended).toMatchObject({ code: 1000 });
    await connected("listed", false);
  });

  it("finds what waited while no server ran", async () => {
    const key = newKey();
    const run = await defer(key);
    const restarted = await serveSockets([scheduledTaskRuns(server.deps)]);
    expect(await idOf(await subscribe([key], "later", restarted))).toBe(run.id);
    await restarted.close();
  });

  it.each([
    [{ type: "filter" }, "expected 'subscribe' message"],
    [{ type: "subscribe" }, "expected 'keys' in subscribe message"],
    [{ type: "subscribe", keys: [] }, "expected 'keys' in subscribe message"],
    [{ type: "subscribe", keys: ["a"] }, "expected 'client_id' in subscribe message"],
  ])("is sent away when it says %j", async (message, said) => {
    const peer = await (await sockets.connect(SOCKET)).authenticate();
    peer.send(message);
    expect(await peer.ended).toEqual({ code: 4001, reason: `Protocol violation: ${said}` });
  });

  it("is sent away when it takes what it was not sent", async () => {
    const peer = await subscribe([newKey()]);
    peer.send({ type: "ack" });
    expect(await peer.ended).toMatchObject({ code: 4001 });
  });
});
