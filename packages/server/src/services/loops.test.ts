import type { Worker } from "@praetor/topology";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sql } from "../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../platform/tenancy.ts";
import { makeRun, makeRunning, readRun, setState } from "../testing/runs.ts";
import { openTestServer, type TestServer } from "../testing/server.ts";
import { buildWorker } from "./workers.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: "true" } });
});
afterAll(() => server.close());

/** Lets a loop make its first pass, and stops it. */
async function runOnce(worker: Worker): Promise<void> {
  const service = buildWorker(worker, server.deps);
  await service.start();
  await service.stop();
}

const age = (column: string, id: string) =>
  server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose(
    (workspace) => sql`update orion.flow_run set
        end_time = case when ${column}::text = 'end_time' then end_time - interval '1 year' else end_time end,
        start_time = case when ${column}::text = 'end_time' then start_time - interval '1 year' else start_time end,
        state_timestamp = case when ${column}::text = 'state_timestamp' then state_timestamp - interval '1 hour' else state_timestamp end
      where workspace_id = ${workspace} and id = ${id}`,
  );

test("late-marking marks what is overdue by the settings", async () => {
  const run = await makeRun(server, { state: { type: "SCHEDULED", state_details: { scheduled_time: "2026-01-01T00:00:00Z" } } });
  await runOnce("late-marking");
  expect((await readRun(server, run.id)).state_name).toBe("Late");
});

test("cancellation-cleanup ends what has been cancelling for too long", async () => {
  const run = await makeRunning(server);
  await setState(server, run.id, { type: "CANCELLING" });
  await age("state_timestamp", run.id);
  await runOnce("cancellation-cleanup");
  expect((await readRun(server, run.id)).state_type).toBe("CANCELLED");
});

test("expiration-setter and expiration-processor delete what is past its time", async () => {
  const run = await makeRunning(server);
  await setState(server, run.id, { type: "COMPLETED" });
  await age("end_time", run.id);
  await runOnce("expiration-setter");
  expect((await readRun(server, run.id)).state_type).toBe("COMPLETED");
  await runOnce("expiration-processor");
  expect((await server.ask("GET", `/flow_runs/${run.id}`)).status).toBe(404);
});

test.each(["foreman", "worker-monitor", "vanished-runs", "result-key-expiry", "lease-expiry", "pause-expiry"] as const)(
  "%s makes a pass without a complaint",
  async (worker) => {
    const failed = vi.spyOn(server.deps.metrics, "pass");
    await runOnce(worker);
    expect(failed.mock.calls.map(([, succeeded]) => succeeded)).toEqual([true]);
    failed.mockRestore();
  },
);
