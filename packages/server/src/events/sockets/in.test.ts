import { Event, type ReceivedEvent } from "@praetor/wire";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { insertFlowRun, lifeOf, testTaskRun } from "../../orion/task-runs/testing.ts";
import { sql } from "../../platform/database/index.ts";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { type EventServer, openEventServer } from "../../testing/events.ts";
import type { Peer } from "../../testing/sockets.ts";
import { testEvent } from "../testing.ts";

let opened: TestDatabase;
let server: EventServer;
let peer: Peer;
beforeAll(async () => {
  opened = await openTestDatabase();
  server = await openEventServer(opened.databases);
  peer = await (await server.connect("/events/in")).authenticate();
});
afterAll(async () => {
  await server.close();
  await opened.close();
});

async function storedOf(events: readonly ReceivedEvent[]): Promise<string[]> {
  const ids = events.map(({ id }) => id);
  const rows = await opened.databases.events.system.compose<{ id: string }>(
    () => sql`select id from events.event where id = any(${ids}::uuid[]) order by occurred, id`,
  );
  return rows.map(({ id }) => id);
}

async function statesOf(runId: string): Promise<string[]> {
  const rows = await opened.databases.orion.system.compose<{ name: string }>(
    () => sql`select name from orion.task_run_state where task_run_id = ${runId}::uuid order by timestamp`,
  );
  return rows.map(({ name }) => name);
}

const send = (to: Peer, events: readonly ReceivedEvent[]) => events.forEach((event) => to.send(Event.dump(event)));
const someEvents = (count: number) => Array.from({ length: count }, () => testEvent());

/** A consumer that deals with nothing until it is told to. */
function holdUp() {
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const leave = server.deps.bus.consume("events", "gate", async () => {
    entered.resolve();
    await gate.promise;
  });
  return { entered: entered.promise, letGo: gate.resolve, fail: gate.reject, replace: leave };
}

test("a pong says that every event before its ping is stored and every task run recorded", async () => {
  const flowRunId = await insertFlowRun(opened.databases.orion.system, workspaceId);
  const runs = Array.from({ length: 30 }, () => testTaskRun({ flowRunId }));
  const events = runs.flatMap(lifeOf);
  send(peer, events);
  await peer.ping();
  expect((await storedOf(events)).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
  for (const run of runs) expect(await statesOf(run.id)).toHaveLength(5);
});

test("the server stamps when it received an event, whatever the event says of it", async () => {
  const event = testEvent();
  peer.send(JSON.stringify({ ...JSON.parse(Event.dump(event)), received: "2001-01-01T00:00:00Z", unknown: 1 }));
  await peer.ping();
  const [row] = await opened.databases.events.system.compose<{ recent: boolean }>(
    () => sql`select received > now() - interval '1 hour' as recent from events.event where id = ${event.id}::uuid`,
  );
  expect(row?.recent).toBe(true);
});

test.each([
  ["not JSON", "not JSON"],
  ["without a resource", JSON.stringify({ ...JSON.parse(Event.dump(testEvent())), resource: undefined })],
  ["with a resource that has no id", JSON.stringify({ ...JSON.parse(Event.dump(testEvent())), resource: {} })],
  ["that is a list", "[]"],
  ["nested too deeply", `{"payload":${"[".repeat(5000)}${"]".repeat(5000)}}`],
  ["larger than allowed", `{"payload":"${"x".repeat(1_500_000)}"}`],
])("a frame %s is skipped and the next event is taken", async (_, frame) => {
  const [event] = someEvents(1);
  peer.send(frame);
  send(peer, event ? [event] : []);
  await peer.ping();
  expect(await storedOf(event ? [event] : [])).toHaveLength(1);
});

test("an event that the database cannot hold does not spoil those around it", async () => {
  const [first, second] = someEvents(2);
  if (!first || !second) throw new Error("no events");
  const tooLong = Array.from({ length: 4000 }, () => Math.random().toString(36)).join("");
  const server2 = await openEventServer(opened.databases, {
    environment: { PREFECT_SERVER_EVENTS_MAXIMUM_EVENT_NAME_LENGTH: "100000" },
  });
  const sender = await (await server2.connect("/events/in")).authenticate();
  send(sender, [first, testEvent({ event: tooLong }), second]);
  await sender.ping();
  expect(await storedOf([first, second])).toEqual([first.id, second.id]);
  expect(server2.lines.join()).toContain("an event was not stored");
  await server2.close();
});

test("a NUL character goes where PostgreSQL cannot hold it, and stays where it can", async () => {
  const event = testEvent({ event: "nul\0", resource: { "prefect.resource.id": "a\0b", label: "\0" } });
  peer.send(Event.dump(event).replace('"payload":{}', '"payload":{"nul":"\\u0000"}'));
  await peer.ping();
  const [row] = await opened.databases.events.system.compose<Record<string, unknown>>(
    () =>
      sql`select event, resource_id, resource ->> 'label' as label, payload::text from events.event where id = ${event.id}::uuid`,
  );
  expect(row).toEqual({ event: "nul", resource_id: "ab", label: "", payload: '{"nul":"\\u0000"}' });
});

test("a repeated event is stored once and announced once", async () => {
  const heard: string[] = [];
  const events = someEvents(3);
  const unsubscribe = server.deps.bus.subscribe("events", ({ event }) => void heard.push(event.id));
  send(peer, [...events, ...events]);
  await peer.ping();
  send(peer, events);
  await peer.ping();
  unsubscribe();
  expect(await storedOf(events)).toHaveLength(3);
  expect(heard.toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});

test("no pong comes before the events are durable, and one pong answers several pings", async () => {
  const { entered, letGo, replace } = holdUp();
  const sender = await (await server.connect("/events/in")).authenticate();
  send(sender, someEvents(1));
  void sender.ping("first");
  void sender.ping("second");
  const answered = sender.ping("last");
  await entered;
  // The server reads in order: when it has seen this, it has seen the pings.
  sender.send("no event");
  await server.line("an event was skipped");
  expect(sender.pongs).toBe(0);
  letGo();
  await answered;
  expect(sender.pongs).toBeLessThanOrEqual(2);
  replace();
  // A group that was there keeps its place; a member that lets everything pass takes it.
  server.deps.bus.consume("events", "gate", async () => {});
});

test("a client of old that knows no handshake sends at once", async () => {
  const old = await server.connect("/events/in", { subprotocol: false });
  const events = someEvents(5);
  send(old, events);
  await old.ping();
  expect(await storedOf(events)).toHaveLength(5);
});

test("a sender that is faster than the database is read no further than there is room", async () => {
  const busy = await openEventServer(opened.databases);
  const gate = Promise.withResolvers<void>();
  busy.deps.bus.consume("events", "gate", () => gate.promise);
  const sender = await (await busy.connect("/events/in")).authenticate();
  const now = vi.spyOn(busy.deps.clock, "now");
  const events = someEvents(20_000);
  send(sender, events);
  const { socket } = busy.connections[0] ?? {};
  await expect.poll(() => socket?.isPaused).toBe(true);
  expect(now.mock.calls.length).toBeLessThan(5_000);
  gate.resolve();
  await sender.ping();
  expect(await storedOf(events)).toHaveLength(events.length);
  await busy.close();
});

test("when events cannot be kept there is no pong, and the sender is told to come again", async () => {
  const broken = await openEventServer(opened.databases);
  broken.deps.bus.consume("events", "broken", () => Promise.reject(new Error("a defect")));
  const sender = await (await broken.connect("/events/in")).authenticate();
  send(sender, someEvents(3));
  void sender.ping();
  expect(await sender.ended).toEqual({ code: 1013, reason: "Events cannot be stored now" });
  expect(sender.pongs).toBe(0);
  await broken.close();
});
