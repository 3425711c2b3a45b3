import { expect, test } from "vitest";
import { GroupAbsent, InProcessBus } from "../platform/bus/index.ts";
import { eventConsumer } from "./consumer.ts";

const openBus = () => new InProcessBus({ failed: () => {}, dropped: () => {} });

test("a consumer takes events from its start on, and lets senders know when it has left", async () => {
  const bus = openBus();
  let batches = 0;
  const consumer = eventConsumer("keeper", { bus }, async () => void (batches += 1));
  await bus.publish("events", []);
  await consumer.start();
  await consumer.started;
  await bus.publish("events", []);
  await consumer.stop();
  await expect(bus.publish("events", [])).rejects.toThrow(GroupAbsent);
  expect(batches).toBe(1);
});

test("stopping waits for the batch that is being dealt with, even one that fails", async () => {
  const bus = openBus();
  const gate = Promise.withResolvers<void>();
  const consumer = eventConsumer("keeper", { bus }, () => gate.promise);
  await consumer.start();
  const publishing = bus.publish("events", []);
  let stopped = false;
  const stopping = consumer.stop().then(() => (stopped = true));
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  gate.reject(new Error("database away"));
  await expect(publishing).rejects.toThrow("database away");
  await stopping;
});

test("stopping a consumer that never started is harmless, also twice", async () => {
  const consumer = eventConsumer("keeper", { bus: openBus() }, async () => {});
  await consumer.stop();
  await consumer.stop();
});
