import { afterEach, expect, test, vi } from "vitest";
import { context, INVALID_SPAN_CONTEXT, trace, type Tracer } from "@opentelemetry/api";
import { span, startTracing, tracingWanted } from "./tracing.ts";

const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

/** An SDK that registers a tracer of its own, as the real one does, and keeps what it saw. */
function recorder() {
  const seen: { name: string; ended: boolean; failed: boolean }[] = [];
  const tracer = {
    startSpan(name: string) {
      const entry = { name, ended: false, failed: false };
      seen.push(entry);
      const span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
      span.end = () => void (entry.ended = true);
      span.setStatus = () => {
        entry.failed = true;
        return span;
      };
      return span;
    },
    startActiveSpan: () => {
      throw new Error("Spans are started by name alone.");
    },
  } satisfies Tracer;
  class NodeSDK {
    start() {
      trace.setGlobalTracerProvider({ getTracer: () => tracer });
    }
    shutdown() {
      return Promise.resolve();
    }
  }
  return { seen, load: () => Promise.resolve({ NodeSDK }) };
}

afterEach(() => {
  trace.disable();
  context.disable();
});

test.each([
  [{}, false],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "" }, false],
  [environment, true],
  [{ ...environment, OTEL_SDK_DISABLED: "true" }, false],
])("tracing wanted in %o: %s", (variables, wanted) => {
  expect(tracingWanted(variables)).toBe(wanted);
});

test("without an SDK a span is a plain call and nothing is loaded", async () => {
  const load = vi.fn<() => Promise<never>>();
  await startTracing({}, load);
  expect(load).not.toHaveBeenCalled();
  const result = Promise.resolve(1);
  expect(span("read", {}, () => result)).toBe(result);
});

test("with an SDK each call is a span, ended and marked when it failed", async () => {
  const { seen, load } = recorder();
  const tracing = await startTracing(environment, load);
  expect(await span("read", {}, () => Promise.resolve(1))).toBe(1);
  await expect(span("write", {}, () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
  await tracing.stop();
  await span("after", {}, () => Promise.resolve());
  expect(seen).toEqual([
    { name: "read", ended: true, failed: false },
    { name: "write", ended: true, failed: true },
  ]);
});

test("a missing SDK is a warning, not a failure", async () => {
  const { warning } = await startTracing(environment, () => Promise.reject(new Error("not found")));
  expect(warning).toContain("@opentelemetry/sdk-node");
});
