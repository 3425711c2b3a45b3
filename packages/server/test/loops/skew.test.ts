import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { makeDeployment, runsOf } from "../../src/orion/deployments/testing.ts";
import { beat, makePool, poll, readPool } from "../../src/orion/work-pools/testing.ts";
import { DatabaseClock, databaseNow } from "../../src/platform/database/index.ts";
import { openTestDatabase } from "../../src/platform/database/testing.ts";
import { buildWorker, enabledWorkers } from "../../src/services/workers.ts";
import { bodyOf, makeRun, makeRunning, readRun, setState } from "../../src/testing/runs.ts";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";

const MINUTE = 60;

vi.setConfig({ testTimeout: 60_000 });

/** Seconds by which the machine's clock is off when the server starts, and afterwards. */
const CLOCKS = [
  ["ten minutes behind", -10 * MINUTE, -10 * MINUTE],
  ["ten minutes ahead", 10 * MINUTE, 10 * MINUTE],
  ["set back by an hour while it runs", 0, -60 * MINUTE],
  ["set ahead by an hour while it runs", 0, 60 * MINUTE],
] as const;

describe.each(CLOCKS)("a server whose machine's clock is %s", (_, atStart, later) => {
  let server: TestServer;
  let now: Timestamp;
  const right = Date.now;

  beforeAll(async () => {
    vi.spyOn(Date, "now").mockImplementation(() => right() + atStart * 1000);
    const database = await openTestDatabase();
    const clock = await DatabaseClock.open(() => databaseNow(database.databases.orion));
    const environment = { PRAETOR_SERVICES_DB_VACUUM_ENABLED: "true", PRAETOR_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME: "0" };
    server = await openTestServer({ database, clock, environment });
    vi.spyOn(Date, "now").mockImplementation(() => right() + later * 1000);
    now = await databaseNow(server.deps.databases.orion);
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server.close();
  });

  const minutesOn = (minutes: number) => addSeconds(now, minutes * MINUTE);
  const scheduled = (minutes: number) =>
    makeRun(server, { state: { type: "SCHEDULED", state_details: { scheduled_time: minutesOn(minutes) } } });
  const stateOf = async (id: string) => (await readRun(server, id)).state_name;

  /** One pass of every loop. */
  async function pass(): Promise<void> {
    const passes = vi.spyOn(server.deps.metrics, "pass");
    const workers = enabledWorkers(server.deps.settings.services).map((worker) => buildWorker(worker, server.deps));
    for (const worker of workers) await worker.start();
    for (const worker of workers.toReversed()) await worker.stop();
    expect(passes.mock.calls.filter(([, succeeded]) => !succeeded)).toEqual([]);
    passes.mockRestore();
  }

  it("does what is due", async () => {
    const late = await scheduled(-5);
    await pass();
    expect(await stateOf(late.id)).toBe("Late");
  });

  it("does nothing before its time", async () => {
    const early = await scheduled(5);
    const [paused, cancelling, completed] = [await makeRunning(server), await makeRunning(server), await makeRunning(server)];
    await setState(server, paused.id, { type: "PAUSED", state_details: { pause_timeout: minutesOn(5) } });
    await setState(server, cancelling.id, { type: "CANCELLING" });
    await setState(server, completed.id, { type: "COMPLETED" });
    const pool = await makePool(server);
    await beat(server, pool.name);
    await poll(server, pool.name);
    const limit = { names: ["limit"], slots: 1, lease_duration: 300 };
    bodyOf(await server.ask("POST", "/v2/concurrency_limits/", { name: "limit", limit: 1 }));
    bodyOf(await server.ask("POST", "/v2/concurrency_limits/increment-with-lease", limit));
    await pass();
    const states = await Promise.all([early, paused, cancelling, completed].map(({ id }) => stateOf(id)));
    expect(states).toEqual(["Scheduled", "Paused", "Cancelling", "Completed"]);
    expect((await readPool(server, pool.name)).status).toBe("READY");
    expect(bodyOf(await server.ask("GET", "/v2/concurrency_limits/limit"))).toMatchObject({ active_slots: 1 });
  });

  it("makes the runs of a schedule from now on", async () => {
    const { id } = await makeDeployment(server, {
      schedules: [{ schedule: { interval: MINUTE, anchor_date: "2026-01-01T00:00:00Z" } }],
    });
    await pass();
    const [first] = await runsOf(server, id);
    const at = first?.expected_start_time ?? "";
    expect([at >= now, at < minutesOn(2), at]).toEqual([true, true, at]);
  });

  it("dates states and heartbeats by the time that all servers share", async () => {
    const run = await makeRunning(server);
    const pool = await makePool(server);
    await beat(server, pool.name);
    const workers = bodyOf<{ last_heartbeat_time: string }[]>(
      await server.ask("POST", `/work_pools/${pool.name}/workers/filter`, {}),
    );
    const dates = [(await readRun(server, run.id)).start_time, workers[0]?.last_heartbeat_time].map(String);
    for (const date of dates) expect([date >= addSeconds(now, -1), date < minutesOn(2), date]).toEqual([true, true, date]);
  });
});
