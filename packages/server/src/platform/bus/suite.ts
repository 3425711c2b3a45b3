import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../tenancy.ts";
import type { Bus, BusReports } from "./bus.ts";
import type { OutboxMessage } from "./topics.ts";

/** A bus under test and the end of it. */
export interface OpenedBus {
  readonly bus: Bus;
  close(): Promise<void>;
}

const message = (n: number): OutboxMessage => ({ workspaceId: `${workspaceId}-${n}` });
const messages = (count: number) => Array.from({ length: count }, (_, n) => message(n));

/** Opens a bus and lists what it reports. */
type OpenBus = () => Promise<{ bus: Bus; dropped: string[]; errors: unknown[] }>;

/** What every implementation of the bus must do. */
export function busSuite(name: string, open: (reports: BusReports) => Promise<OpenedBus>): void {
  const opened: OpenedBus[] = [];
  afterEach(async () => {
    for (const made of opened.splice(0)) await made.close();
  });

  const openBus: OpenBus = async () => {
    const dropped: string[] = [];
    const errors: unknown[] = [];
    const made = await open({ failed: (_, error) => errors.push(error), dropped: (topic) => dropped.push(topic) });
    opened.push(made);
    return { bus: made.bus, dropped, errors };
  };

  describe(`${name}, subscribers`, () => {
    delivery(openBus);
    slowness(openBus);
  });
  describe(`${name}, groups`, () => groups(openBus));
}

/** Collects what a subscriber sees, and resolves when it saw `count` messages. */
function collect(bus: Bus, count: number) {
  const seen: OutboxMessage[] = [];
  const { promise, resolve } = Promise.withResolvers<OutboxMessage[]>();
  const unsubscribe = bus.subscribe("outbox", (item) => {
    seen.push(item);
    if (seen.length === count) resolve(seen);
  });
  return { seen, all: promise, unsubscribe };
}

function delivery(openBus: OpenBus): void {
  test("every subscriber sees every message, in order", async () => {
    const { bus } = await openBus();
    const [one, two] = [collect(bus, 3), collect(bus, 3)];
    await bus.publish("outbox", messages(3));
    expect(await one.all).toEqual(messages(3));
    expect(await two.all).toEqual(messages(3));
  });

  test("a subscriber that has left sees nothing more", async () => {
    const { bus } = await openBus();
    const [left, stays] = [collect(bus, 1), collect(bus, 2)];
    await bus.publish("outbox", [message(0)]);
    await left.all;
    left.unsubscribe();
    left.unsubscribe();
    await bus.publish("outbox", [message(1)]);
    await stays.all;
    expect(left.seen).toEqual([message(0)]);
  });

  test("what a subscriber refuses takes no place in its queue", async () => {
    const { bus, dropped } = await openBus();
    const { promise, resolve } = Promise.withResolvers<OutboxMessage>();
    const accepts = (item: OutboxMessage) => item.workspaceId === message(999).workspaceId;
    bus.subscribe("outbox", resolve, { accepts, capacity: 1 });
    await bus.publish("outbox", messages(1000));
    expect(await promise).toEqual(message(999));
    expect(dropped).toEqual([]);
  });
}

function slowness(openBus: OpenBus): void {
  test("a busy subscriber keeps as much as it has room for, and the rest is counted", async () => {
    const { bus, dropped } = await openBus();
    const gate = Promise.withResolvers<void>();
    const third = Promise.withResolvers<void>();
    const seen: OutboxMessage[] = [];
    const slow = async (item: OutboxMessage) => {
      if (seen.push(item) === 3) third.resolve();
      await gate.promise;
    };
    bus.subscribe("outbox", slow, { capacity: 2 });
    const quick = collect(bus, 6);
    await bus.publish("outbox", messages(6));
    await quick.all;
    gate.resolve();
    await third.promise;
    expect(seen).toEqual(messages(3));
    expect(dropped).toEqual(["outbox", "outbox", "outbox"]);
  });

  test("a subscriber that throws goes on with the next message, and its error is told", async () => {
    const { bus, errors } = await openBus();
    const { promise, resolve } = Promise.withResolvers<void>();
    let count = 0;
    bus.subscribe("outbox", () => {
      count += 1;
      if (count === 1) throw new Error("at once");
      if (count === 2) return Promise.reject(new Error("later"));
      return resolve();
    });
    await bus.publish("outbox", messages(3));
    await promise;
    expect(errors.map(String)).toEqual(["Error: at once", "Error: later"]);
  });
}

function groups(openBus: OpenBus): void {
  test("publishing waits for the groups, and subscribers hear only what the groups have kept", async () => {
    const { bus } = await openBus();
    const gate = Promise.withResolvers<void>();
    const kept: OutboxMessage[] = [];
    bus.consume("outbox", "keeper", async (batch) => {
      await gate.promise;
      kept.push(...batch);
    });
    const heard = collect(bus, 2);
    let published = false;
    const publishing = bus.publish("outbox", messages(2)).then(() => (published = true));
    await new Promise(setImmediate);
    expect([published, heard.seen]).toEqual([false, []]);
    gate.resolve();
    await publishing;
    expect(await heard.all).toEqual(kept);
  });

  test("when a group fails, publishing fails and nobody hears", async () => {
    const { bus } = await openBus();
    bus.consume("outbox", "keeper", () => Promise.reject(new Error("no room")));
    const heard = collect(bus, 1);
    await expect(bus.publish("outbox", messages(1))).rejects.toThrow("no room");
    expect(heard.seen).toEqual([]);
  });

  test("each group sees a batch once, by one of its members", async () => {
    const { bus } = await openBus();
    const count = { recorder: 0, persister: 0 };
    const consumer = (group: keyof typeof count) => async (batch: readonly OutboxMessage[]) => {
      count[group] += batch.length;
    };
    for (const group of ["recorder", "recorder", "persister"] as const) bus.consume("outbox", group, consumer(group));
    for (const batch of [messages(2), messages(3), messages(1)]) await bus.publish("outbox", batch);
    expect(count).toEqual({ recorder: 6, persister: 6 });
  });

  test("a group that its last member left keeps nothing, so publishing fails", async () => {
    const { bus } = await openBus();
    const leave = bus.consume("outbox", "keeper", async () => {});
    leave();
    await expect(bus.publish("outbox", messages(1))).rejects.toThrow("keeper");
  });
}
