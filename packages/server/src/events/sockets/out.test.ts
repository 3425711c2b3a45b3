import { addSeconds, JsonText, type ReceivedEvent } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { type EventServer, openEventServer } from "../../testing/events.ts";
import type { Peer } from "../../testing/sockets.ts";
import { storeEvents } from "../queries.ts";
import { testEvent } from "../testing.ts";

let opened: TestDatabase;
let server: EventServer;
beforeAll(async () => {
  opened = await openTestDatabase();
  server = await openEventServer(opened.databases);
});
afterAll(async () => {
  await server.close();
  await opened.close();
});

/** Each test sees only events of its own kind. */
let kind: string;
let count = 0;
beforeEach(() => {
  count += 1;
  kind = `kind${count}.`;
});

/** An event that occurred so many seconds ago. */
const ago = (seconds: number, parts: Partial<ReceivedEvent> = {}) =>
  testEvent({ event: `${kind}happened`, occurred: addSeconds(server.deps.clock.now(), -seconds), ...parts });
const messagesOf = (events: readonly ReceivedEvent[], workspace = workspaceId) =>
  events.map((event) => ({ workspaceId: workspace, event }));
const publish = (...events: ReceivedEvent[]) => server.deps.bus.publish("events", messagesOf(events));
const nextId = async (peer: Peer) => {
  const frame = (await peer.next()) as { type: string; event: ReceivedEvent };
  expect(frame.type).toBe("event");
  return frame.event.id;
};
const untilNextYear = () => addSeconds(server.deps.clock.now(), 365 * 86400);

async function subscribe(asked: Record<string, unknown> = {}, of = server): Promise<Peer> {
  const peer = await (await of.connect("/events/out")).authenticate();
  const filter = { occurred: { until: untilNextYear() }, event: { prefix: [kind] }, ...(asked["filter"] as object) };
  peer.send({ type: "filter", ...asked, filter });
  // The socket answers in order, so the filter has been taken when this returns.
  await peer.ping();
  return peer;
}

test("a subscriber is sent what its filter asks for, with the time at which it was received", async () => {
  const peer = await subscribe({ backfill: false });
  const wanted = ago(0, {
    payload: new JsonText('{"ratio":1.0}'),
    related: [{ "prefect.resource.id": "r", "prefect.resource.role": "x" }],
  });
  await publish(ago(0, { event: "other" }), wanted);
  expect(await peer.next()).toEqual({ type: "event", event: { ...wanted, payload: { ratio: 1 } } });
});

test("the past comes first, oldest first, and nothing comes twice", async () => {
  const past = [ago(30), ago(60), ago(10)];
  await storeEvents(opened.databases.events.system, messagesOf(past));
  const peer = await subscribe();
  const [oldest, middle, newest] = past.toSorted((one, other) => (one.occurred < other.occurred ? -1 : 1));
  const live = ago(0);
  await publish(newest ?? live, live, live);
  const last = ago(0);
  await publish(last);
  const seen = [await nextId(peer), await nextId(peer), await nextId(peer), await nextId(peer), await nextId(peer)];
  expect(seen).toEqual([oldest?.id, middle?.id, newest?.id, live.id, last.id]);
});

test("the past is read page by page", async () => {
  const small = await openEventServer(opened.databases, {
    environment: { PREFECT_SERVER_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE: "3" },
  });
  const past = Array.from({ length: 10 }, (_, index) => ago(100 - index));
  await storeEvents(opened.databases.events.system, messagesOf(past));
  const peer = await subscribe({}, small);
  for (const { id } of past) expect(await nextId(peer)).toBe(id);
  await small.close();
});

test("nobody sees further back than the settings allow", async () => {
  await storeEvents(opened.databases.events.system, messagesOf([ago(1200), ago(60)]));
  const peer = await subscribe({ filter: { occurred: { since: "2020-01-01T00:00:00Z", until: untilNextYear() } } });
  const live = ago(0);
  await nextId(peer);
  await publish(live);
  expect(await nextId(peer)).toBe(live.id);
});

test("a subscriber may decline the past", async () => {
  await storeEvents(opened.databases.events.system, messagesOf([ago(10)]));
  const peer = await subscribe({ backfill: false });
  const live = ago(0);
  await publish(live);
  expect(await nextId(peer)).toBe(live.id);
});

test("what happens after the filter's end is not sent", async () => {
  const ended = await subscribe({ filter: { occurred: { until: server.deps.clock.now() } } });
  const running = await subscribe();
  const live = ago(-5);
  await publish(live);
  expect(await nextId(running)).toBe(live.id);
  await ended.ping();
  expect(ended.frames).toEqual([]);
});

test("events of another workspace are not sent", async () => {
  const peer = await subscribe();
  const live = ago(0);
  await server.deps.bus.publish("events", messagesOf([ago(0)], "00000000-0000-4000-8000-000000000099"));
  await publish(live);
  expect(await nextId(peer)).toBe(live.id);
});

test.each([
  ['{"type":"subscribe"}', "Expected 'filter' message"],
  ["not JSON", "Expected 'filter' message"],
  ['{"type":"filter"}', /^Invalid filter: 1 validation error for EventFilter/],
  [
    '{"type":"filter","filter":{"unknown":1}}',
    "Invalid filter: 1 validation error for EventFilter\nunknown\n  Extra inputs are not permitted",
  ],
  ['{"type":"filter","filter":{"event":{"name":"é"},"id":7,"order":"é","resource":3}}', /^Invalid filter: 4 validation errors/],
])("%s instead of a filter ends the socket", async (message, reason) => {
  const peer = await (await server.connect("/events/out")).authenticate();
  peer.send(message);
  const ended = await peer.ended;
  expect(ended.code).toBe(1002);
  expect(ended.reason).toMatch(reason);
});

test("a subscriber that does not read loses events instead of costing memory, and the others lose none", async () => {
  const slow = await subscribe({ backfill: false });
  const { socket } = server.connections.at(-1) ?? {};
  slow.socket.pause();
  const quick = await subscribe({ backfill: false });
  const before = server.dropped();
  const payload = new JsonText(JSON.stringify({ text: "x".repeat(100_000) }));
  const events = Array.from({ length: 600 }, () => ago(0, { payload }));
  for (const event of events) {
    await server.deps.bus.publish("events", messagesOf([event]));
    expect(await nextId(quick)).toBe(event.id);
  }
  expect(socket?.bufferedAmount).toBeLessThan(2 * 1024 * 1024);
  expect(server.dropped() - before).toBeGreaterThan(100);
  slow.socket.terminate();
});

test("a subscriber that has gone is forgotten", async () => {
  const peer = await subscribe({ backfill: false });
  const [serverSide] = server.connections.slice(-1);
  peer.socket.close();
  await new Promise((resolve) => serverSide?.socket.once("close", resolve));
  const send = vi.spyOn(serverSide?.socket ?? peer.socket, "send");
  await publish(ago(0));
  expect(send).not.toHaveBeenCalled();
});

test("where streaming is off a subscriber is let in and hears of the past alone", async () => {
  const silent = await openEventServer(opened.databases, { environment: { PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED: "false" } });
  const past = ago(10);
  await storeEvents(opened.databases.events.system, messagesOf([past]));
  const peer = await subscribe({}, silent);
  expect(await nextId(peer)).toBe(past.id);
  await silent.deps.bus.publish("events", messagesOf([ago(0)]));
  await peer.ping();
  expect(peer.frames).toEqual([]);
  await silent.close();
});
