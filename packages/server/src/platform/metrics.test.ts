import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("each thing that happens is counted under its labels", async () => {
  const metrics = createMetrics();
  metrics.request("/flow_runs/{id}/set_state", 201, 0.004);
  metrics.request("/flow_runs/{id}/set_state", 201, 0.004);
  metrics.transition("flow", "accept");
  metrics.recorded(0.2);
  metrics.poolWait("orion", 0.002);
  metrics.deadlock("orion");
  metrics.outboxDepth(7);
  metrics.busDrop("events");
  metrics.pass("outbox-relay", false, 0.01);
  metrics.sockets("/events/in", 1);
  const text = await metrics.render();
  for (const line of [
    'praetor_http_request_seconds_count{route="/flow_runs/{id}/set_state",status="201"} 2',
    'praetor_transitions_total{run="flow",verdict="accept"} 1',
    "praetor_task_run_recorder_lag_seconds_count 1",
    'praetor_database_pool_wait_seconds_count{database="orion"} 1',
    'praetor_database_deadlocks_total{database="orion"} 1',
    "praetor_outbox_rows 7",
    'praetor_bus_dropped_total{topic="events"} 1',
    'praetor_service_pass_seconds_count{service="outbox-relay",outcome="failed"} 1',
    'praetor_sockets{path="/events/in"} 1',
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
});

test("two servers in one process count apart", async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.outboxDepth(1);
  expect(await other.render()).toContain("praetor_outbox_rows 0");
});

test("a clock that runs ahead does not make a negative lag", async () => {
  const metrics = createMetrics();
  metrics.recorded(-3);
  expect(await metrics.render()).toContain("praetor_task_run_recorder_lag_seconds_sum 0");
});
