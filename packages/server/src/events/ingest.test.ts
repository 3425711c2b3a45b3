import { expect, test } from "vitest";
import { type EventMessage, InProcessBus } from "../platform/bus/index.ts";
import { DatabaseUnavailable } from "../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../platform/tenancy.ts";
import { Ingest, type IngestOptions } from "./ingest.ts";
import { testEvent } from "./testing.ts";

/** An ingest whose only consumer does as it is told. */
function open(keep: (batch: readonly EventMessage[]) => Promise<void>, options: Partial<IngestOptions> = {}) {
  const bus = new InProcessBus({ failed: () => {}, dropped: () => {} });
  const leave = bus.consume("events", "keeper", keep);
  const heard: string[] = [];
  bus.subscribe("events", ({ event }) => void heard.push(event.id));
  return { ingest: new Ingest({ bus }, options), bus, heard, leave };
}

const message = (): EventMessage => ({ workspaceId, event: testEvent() });
const messages = (count: number) => Array.from({ length: count }, message);
const away = () => Promise.reject(new DatabaseUnavailable("cannot_connect"));

test("events that arrive together are kept together, as many as a batch may have", async () => {
  const sizes: number[] = [];
  const { ingest } = open(async (batch) => void sizes.push(batch.length), { batchSize: 4, lanes: 1 });
  await Promise.all(messages(10).map((event) => ingest.accept(event, 1)));
  expect(sizes).toEqual([4, 4, 2]);
});

test("while the database is away events are held, and kept when it is back", async () => {
  let failures = 3;
  const kept: string[] = [];
  const { ingest, heard } = open(async (batch) => {
    if (failures-- > 0) await away();
    kept.push(...batch.map(({ event }) => event.id));
  });
  const events = messages(3);
  await Promise.all(events.map((event) => ingest.accept(event, 1)));
  expect(kept).toEqual(events.map(({ event }) => event.id));
  expect(heard).toEqual(kept);
});

test("when it stays away, senders are told, and may send again", async () => {
  let there = false;
  const { ingest, heard } = open(() => (there ? Promise.resolve() : away()), { patienceSeconds: 0 });
  const event = message();
  await expect(ingest.accept(event, 1)).rejects.toThrow(DatabaseUnavailable);
  there = true;
  await ingest.accept(event, 1);
  expect(heard).toEqual([event.event.id]);
});

test("a consumer that has left is as good as a database that is away", async () => {
  const { ingest, bus, leave } = open(async () => {});
  leave();
  const accepted = ingest.accept(message(), 1);
  const kept: EventMessage[] = [];
  bus.consume("events", "keeper", async (batch) => void kept.push(...batch));
  await accepted;
  expect(kept).toHaveLength(1);
  const impatient = open(async () => {}, { patienceSeconds: 0 });
  impatient.leave();
  await expect(impatient.ingest.accept(message(), 1)).rejects.toThrow(DatabaseUnavailable);
});

test("a defect is not retried", async () => {
  let calls = 0;
  const { ingest } = open(() => {
    calls += 1;
    return Promise.reject(new Error("a defect"));
  });
  await expect(Promise.all(messages(3).map((event) => ingest.accept(event, 1)))).rejects.toThrow("a defect");
  expect(calls).toBe(1);
});

test("a repeated event waits for the first and is not kept again", async () => {
  const gate = Promise.withResolvers<void>();
  const kept: string[] = [];
  const { ingest, heard } = open(async (batch) => {
    await gate.promise;
    kept.push(...batch.map(({ event }) => event.id));
  });
  const event = message();
  let done = 0;
  const both = [ingest.accept(event, 1), ingest.accept(event, 1)].map((accepted) => accepted.then(() => (done += 1)));
  await new Promise(setImmediate);
  expect(done).toBe(0);
  gate.resolve();
  await Promise.all(both);
  await ingest.accept(event, 1);
  expect([kept, heard]).toEqual([[event.event.id], [event.event.id]]);
});

test("the same id in another workspace is another event", async () => {
  const { ingest, heard } = open(async () => {});
  const event = message();
  await Promise.all([ingest.accept(event, 1), ingest.accept({ ...event, workspaceId: "other" }, 1)]);
  expect(heard).toHaveLength(2);
});

test("it is crowded from the allowed size on, and relieved at half of it", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let call = 0;
  const { ingest } = open(() => gates[call++]?.promise ?? Promise.resolve(), { maximumBytes: 100, batchSize: 1, lanes: 2 });
  const [first, second] = [ingest.accept(message(), 60), ingest.accept(message(), 50)];
  expect(ingest.crowded).toBe(true);
  let relieved = false;
  const relief = ingest.relieved.then(() => (relieved = true));
  await new Promise(setImmediate);
  expect(relieved).toBe(false);
  gates[0]?.resolve();
  await first;
  await relief;
  expect(ingest.crowded).toBe(false);
  gates[1]?.resolve();
  await second;
});
