import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EventMessage, InProcessBus } from "../../platform/bus/index.ts";
import { systemClock } from "../../testing/system-clock.ts";
import { sql } from "../../platform/database/index.ts";
import { openTestDatabase, type TestDatabase } from "../../platform/database/testing.ts";
import { createMetrics } from "../../platform/metrics.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { testId } from "../../testing/ids.ts";
import { listeningLog } from "../../testing/sockets.ts";
import { lifecycleEvent, relayOutbox } from "./index.ts";

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());
beforeEach(() => opened.databases.orion.system.compose(() => sql`delete from orion.outbox`));

async function commit(...events: { id: string; event: string }[]): Promise<void> {
  for (const { id, event } of events) {
    await opened.databases.orion.system.compose(
      () => sql`insert into orion.outbox (workspace_id, id, event) values (${workspaceId}::uuid, ${id}::uuid, ${event}::json)`,
    );
  }
}

const fact = () =>
  lifecycleEvent(
    { clock: systemClock(), ids: { random: testId, timeOrdered: testId } },
    { event: "prefect.flow.created", resourceId: "prefect.flow.1", name: "etl", payload: '{"ratio":1.0}' },
  );

async function left(): Promise<string[]> {
  const rows = await opened.databases.orion.system.compose<{ id: string }>(
    () => sql`select id from orion.outbox order by position`,
  );
  return rows.map(({ id }) => id);
}

function open() {
  const bus = new InProcessBus({ failed: () => {}, dropped: () => {} });
  const { log, lines } = listeningLog();
  const heard: EventMessage[] = [];
  bus.subscribe("events", (message) => void heard.push(message));
  return { deps: { databases: opened.databases, bus, clock: systemClock(), log, metrics: createMetrics() }, heard, lines };
}

test("committed events go to the bus in their order, and leave the outbox", async () => {
  const facts = [fact(), fact(), fact()];
  await commit(...facts);
  const { deps, heard } = open();
  expect(await relayOutbox(deps, 10)).toBe(false);
  expect(heard.map(({ event }) => event.id)).toEqual(facts.map(({ id }) => id));
  expect(heard[0]).toMatchObject({ workspaceId, event: { event: "prefect.flow.created", payload: { text: '{"ratio":1.0}' } } });
  expect(heard[0]?.event.received).toBeDefined();
  expect(await left()).toEqual([]);
});

test("a pass takes as many as it may and says when more wait", async () => {
  await commit(fact(), fact(), fact());
  const { deps, heard } = open();
  expect(await relayOutbox(deps, 2)).toBe(true);
  expect(heard).toHaveLength(2);
  expect(await relayOutbox(deps, 2)).toBe(false);
  expect(heard).toHaveLength(3);
});

test("what the bus could not keep stays, and goes the next time", async () => {
  const kept = fact();
  await commit(kept);
  const { deps, heard } = open();
  let fail = true;
  deps.bus.consume("events", "keeper", () => (fail ? Promise.reject(new Error("no room")) : Promise.resolve()));
  await expect(relayOutbox(deps, 10)).rejects.toThrow("no room");
  expect(await left()).toEqual([kept.id]);
  fail = false;
  await relayOutbox(deps, 10);
  expect(heard.map(({ event }) => event.id)).toEqual([kept.id]);
});

test("two relays share the work instead of doing it twice", async () => {
  const facts = Array.from({ length: 6 }, fact);
  await commit(...facts);
  const [one, two] = [open(), open()];
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  one.deps.bus.consume("events", "gate", () => {
    entered.resolve();
    return gate.promise;
  });
  const first = relayOutbox(one.deps, 3);
  await entered.promise;
  await relayOutbox(two.deps, 10);
  gate.resolve();
  await first;
  expect([...one.heard, ...two.heard].map(({ event }) => event.id)).toEqual(facts.map(({ id }) => id));
});

test("an entry that is no event is told of and goes, the others are relayed", async () => {
  const good = fact();
  await commit({ id: testId(), event: '{"event":"no more than a name"}' }, good);
  const { deps, heard, lines } = open();
  await relayOutbox(deps, 10);
  expect(heard.map(({ event }) => event.id)).toEqual([good.id]);
  expect(lines.join()).toContain("an entry of the outbox is no event");
  expect(await left()).toEqual([]);
});
