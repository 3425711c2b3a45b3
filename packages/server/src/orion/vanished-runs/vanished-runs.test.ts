import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databaseNow, sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { makeRun, makeRunning, readRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { Orchestrator } from "../orchestrate/index.ts";
import { markWorkersOffline } from "../readiness/index.ts";
import { beat, makePool, makeWaiting } from "../work-pools/testing.ts";
import { endVanishedRuns, recordHeartbeats } from "./index.ts";
import { heartbeatOf } from "./testing.ts";

const WATCH = { heartbeatsMissed: 3, submittedTimeout: 300, outage: 3600 };
const NOON = "2026-03-01T12:00:00Z" as Timestamp;

let server: TestServer;
let now: Timestamp;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(async () => {
  now = await databaseNow(server.deps.databases.orion);
  await server.deps.databases.orion.system.compose(() => sql`delete from orion.watch`);
  await watch(0);
});
afterAll(() => server.close());

/** A pass, so many seconds after the beginning of the test. */
const watch = (seconds: number, settings = WATCH) =>
  endVanishedRuns(server.deps, new Orchestrator(server.deps), addSeconds(now, seconds), settings);

/** Heartbeats of a run, by its process's clock in seconds after noon. */
async function hear(id: string, ...seconds: number[]): Promise<void> {
  for (const second of seconds) {
    await recordHeartbeats(server.deps, [heartbeatOf(id, addSeconds(NOON, second))]);
  }
}

const stateOf = async (id: string) => (await readRun(server, id)).state_type;

describe("a run whose process gives no sign of life", () => {
  it("has crashed when three heartbeats of the usual interval are missing, and says why", async () => {
    const run = await makeRunning(server);
    await hear(run.id, 0);
    await watch(530);
    expect(await stateOf(run.id)).toBe("RUNNING");
    await watch(550);
    expect(await readRun(server, run.id)).toMatchObject({
      state_type: "CRASHED",
      state: { message: expect.stringMatching(/^No heartbeat of this flow run was heard for 5\d\d seconds/) },
    });
  });

  it.each([
    ["of its own interval, once it is known", [0, 30, 60], 85, 95],
    ["of the longer of the last two intervals", [0, 30, 60, 180], 355, 365],
    ["of the usual interval until two are known", [0, 30], 535, 545],
    ["counting heartbeats that come in a heap once", [0, 180, 180.5, 181], 535, 545],
    ["of a rarer interval", [0, 600, 1200], 1795, 1805],
  ])("is missed %s", async (_, beats, alive, dead) => {
    const run = await makeRunning(server);
    await hear(run.id, ...beats);
    await watch(alive);
    expect(await stateOf(run.id)).toBe("RUNNING");
    await watch(dead);
    expect(await stateOf(run.id)).toBe("CRASHED");
  });

  it("is given the usual time when a new attempt begins", async () => {
    const run = await makeRunning(server);
    await hear(run.id, 0, 30, 60);
    await setState(server, run.id, { type: "SCHEDULED", name: "AwaitingRetry" }, true);
    await setState(server, run.id, { type: "RUNNING" }, true);
    await hear(run.id, 90);
    await watch(500);
    expect(await stateOf(run.id)).toBe("RUNNING");
  });

  it("frees the slot that it held", async () => {
    const limit = { name: "vanishing", limit: 1 };
    await server.ask("POST", "/v2/concurrency_limits/", limit);
    const run = await makeRunning(server);
    const [{ id: limitId }] = [(await server.ask("GET", "/v2/concurrency_limits/vanishing")).body as { id: string }];
    const lease = server.deps.ids.random();
    await server.deps.databases.orion.workspace(workspaceId).compose(
      (workspace) => sql`
        with held as (
          insert into orion.concurrency_lease (workspace_id, id, limit_id, expiration, holder_type, holder_id, slots)
          values (${workspace}::uuid, ${lease}, ${limitId}, now() + interval '1 hour', 'flow_run', ${run.id}, 1)
        )
        update orion.flow_run_state set state_details = state_details || jsonb_build_object('deployment_concurrency_lease_id', ${lease}::text)
        where workspace_id = ${workspace} and id = (select state_id from orion.flow_run where id = ${run.id})`,
    );
    await hear(run.id, 0);
    await watch(550);
    expect((await server.ask("GET", "/v2/concurrency_limits/vanishing")).body).toMatchObject({ active_slots: 0 });
  });

  it("is taken for gone when it waited in its process for a retry, which no worker would start", async () => {
    const run = await makeRunning(server);
    await hear(run.id, 0);
    await server.ask("PATCH", `/flow_runs/${run.id}`, { empirical_policy: { retry_type: "in_process" } });
    await setState(server, run.id, { type: "SCHEDULED", name: "AwaitingRetry" }, true);
    await server.ask("PATCH", `/flow_runs/${run.id}`, { empirical_policy: { retry_type: "in_process" } });
    await watch(550);
    expect(await stateOf(run.id)).toBe("CRASHED");
  });

  it.each([
    ["has ended", { type: "COMPLETED" }, "COMPLETED"],
    ["was suspended", { type: "PAUSED", state_details: { pause_reschedule: true } }, "PAUSED"],
    ["is being cancelled, which has a time of its own", { type: "CANCELLING" }, "CANCELLING"],
  ])("is left alone when it %s", async (_, state, type) => {
    const run = await makeRunning(server);
    await hear(run.id, 0);
    await setState(server, run.id, state, true);
    await watch(1000);
    expect(await stateOf(run.id)).toBe(type);
  });

  it("is nobody's that never sent a heartbeat, or is not there", async () => {
    const run = await makeRunning(server);
    await hear("99999999-9999-4999-8999-999999999999", 0);
    await hear("no-id", 0);
    await watch(100_000);
    expect(await stateOf(run.id)).toBe("RUNNING");
  });

  it("is ended once, however many servers watch, and not by one that saw it before its last word", async () => {
    const run = await makeRunning(server);
    await hear(run.id, 0);
    await Promise.all([watch(550), watch(550), watch(550)]);
    const states = (await server.ask("GET", `/flow_run_states/?flow_run_id=${run.id}`)).body as { type: string }[];
    expect(states.map(({ type }) => type)).toEqual(["PENDING", "RUNNING", "CRASHED"]);
  });

  it("has its whole time anew after an outage, in which nobody could have heard it", async () => {
    const run = await makeRunning(server);
    await hear(run.id, 0);
    await watch(4000);
    expect(await stateOf(run.id)).toBe("RUNNING");
    await watch(4000 + 500);
    expect(await stateOf(run.id)).toBe("RUNNING");
    await watch(4000 + 545);
    expect(await stateOf(run.id)).toBe("CRASHED");
  });
});

describe("a run that a worker submitted and left", () => {
  async function submitted(pid?: string): Promise<string> {
    const pool = await makePool(server);
    await beat(server, pool.name, "gone");
    const run = await makeWaiting(server, pool.name, "default", "2026-01-01T00:00:00Z");
    await setState(server, run.id, { type: "PENDING" });
    await server.ask("PATCH", `/flow_runs/${run.id}/labels`, { "prefect.worker.name": "gone" });
    if (pid !== undefined) await server.ask("PATCH", `/flow_runs/${run.id}`, { infrastructure_pid: pid });
    return run.id;
  }
  const lose = () => markWorkersOffline(server.deps, { now: addSeconds(now, 200), interval: 30, missed: 3 });

  it("has crashed when nothing was started for it and its worker is gone", async () => {
    const run = await submitted();
    await watch(400);
    expect(await stateOf(run)).toBe("PENDING");
    await lose();
    await watch(200);
    expect(await stateOf(run)).toBe("PENDING");
    await watch(400);
    expect(await readRun(server, run)).toMatchObject({
      state_type: "CRASHED",
      state: { message: "Worker 'gone' submitted this flow run and is gone; nothing was started for it." },
    });
  });

  it("is left to its infrastructure when there is some", async () => {
    const run = await submitted("job-1");
    await lose();
    await watch(1000);
    expect(await stateOf(run)).toBe("PENDING");
    await makeRun(server);
  });
});
