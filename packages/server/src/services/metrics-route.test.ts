import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_METRICS_ENABLED: "true" } });
});
afterAll(() => server.close());

it("tells Prometheus what the server counted", async () => {
  server.deps.metrics.transition("flow", "accept");
  const { status, text } = await server.ask("GET", "/metrics");
  expect(status).toBe(200);
  expect(text).toContain('praetor_transitions_total{run="flow",verdict="accept"} 1');
});
