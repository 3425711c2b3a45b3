import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLog } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { loop, type LoopOptions } from "./service.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

function build(options: Partial<LoopOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "error", format: "json", destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics();
  let count = 0;
  const service = loop(
    {
      name: "sweep",
      every: 10,
      runOnce: async () => {
        count += 1;
      },
      ...options,
    },
    { log, metrics },
  );
  return { service, metrics, lines, count: () => count };
}

test("building starts nothing", () => {
  const { count } = build();
  vi.advanceTimersByTime(60_000);
  expect(count()).toBe(0);
});

test("a pass runs at start and then every interval", async () => {
  const { service, count } = build();
  await service.start();
  await service.started;
  expect(count()).toBe(1);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(count()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(count()).toBe(2);
  await service.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(count()).toBe(2);
});

test("a wake-up begins the next pass at once, and starts the interval anew", async () => {
  const { service, count } = build();
  await service.start();
  await vi.advanceTimersByTimeAsync(6_000);
  service.wake();
  await vi.advanceTimersByTimeAsync(9_999);
  expect(count()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(count()).toBe(3);
  await service.stop();
});

test("wake-ups during a pass become one pass after it", async () => {
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let begun = 0;
  const { service } = build({ runOnce: () => gates[begun++]?.promise ?? Promise.resolve() });
  await service.start();
  service.wake();
  service.wake();
  expect(begun).toBe(1);
  gates[0]?.resolve();
  gates[1]?.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toBe(2);
  await service.stop();
});

test("a pass that reports more work is followed by another", async () => {
  let left = 3;
  const { service } = build({ runOnce: async () => --left > 0 });
  await service.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(left).toBe(0);
  await service.stop();
});

test("a failed pass is logged and counted, and the loop goes on", async () => {
  let fail = true;
  const { service, lines, metrics } = build({
    runOnce: async () => {
      if (fail) throw new Error("database away");
    },
  });
  await service.start();
  await vi.advanceTimersByTimeAsync(0);
  fail = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("database away");
  const text = await metrics.render();
  expect(text).toContain('praetor_service_pass_seconds_count{service="sweep",outcome="failed"} 1');
  expect(text).toContain('praetor_service_pass_seconds_count{service="sweep",outcome="done"} 1');
  await service.stop();
});

test("stop aborts the signal and waits for the running pass", async () => {
  const gate = Promise.withResolvers<void>();
  let aborted = false;
  const { service } = build({
    runOnce: async (signal) => {
      await gate.promise;
      aborted = signal.aborted;
    },
  });
  await service.start();
  let stopped = false;
  const stop = service.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toBe(false);
  gate.resolve();
  await stop;
  expect(aborted).toBe(true);
});

test("a subscription to wake-ups ends with the service", async () => {
  const subscribers = new Set<() => void>();
  const { service, count } = build({
    wakeOn: (wake) => {
      subscribers.add(wake);
      return () => subscribers.delete(wake);
    },
  });
  expect(subscribers.size).toBe(0);
  await service.start();
  await vi.advanceTimersByTimeAsync(0);
  for (const wake of subscribers) wake();
  expect(count()).toBe(2);
  await service.stop();
  expect(subscribers.size).toBe(0);
});

test("stopping a service that never started is harmless, also twice", async () => {
  const { service, count } = build();
  await service.stop();
  await service.stop();
  service.wake();
  expect(count()).toBe(0);
});
