import type { Worker } from "@praetor/topology";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makePool, poll, takeEvents } from "../orion/work-pools/testing.ts";
import { sql } from "../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../platform/tenancy.ts";
import { dieAfter } from "../testing/dying.ts";
import { bodyOf, makeRun, makeRunning, makeTaskRun, setState } from "../testing/runs.ts";
import { openTestServer, type TestServer } from "../testing/server.ts";
import { buildWorker } from "./workers.ts";

const PAST = "2026-01-01T00:00:00Z";
/** More statements than any pass of these needs. */
const MOST_STATEMENTS = 60;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: "true" } });
});
beforeEach(() => takeEvents(server));
afterAll(() => server.close());

/** One pass of a server that dies after so many statements; whether it did. */
async function killedPass(worker: Worker, statements: number): Promise<boolean> {
  const { databases, killed } = dieAfter(server.deps.databases, statements);
  const service = buildWorker(worker, { ...server.deps, databases });
  await service.start();
  await service.stop();
  return killed();
}

/** Two servers at a time, killed at ever later points until both come through. */
async function killAtEveryPoint(worker: Worker): Promise<void> {
  for (let statements = 0; statements <= MOST_STATEMENTS; statements += 1) {
    const killed = await Promise.all([killedPass(worker, statements), killedPass(worker, statements + (statements % 3))]);
    if (!killed.includes(true)) return;
  }
  throw new Error(`${worker} never came through`);
}

const change = (build: Parameters<ReturnType<TestServer["deps"]["databases"]["orion"]["workspace"]>["compose"]>[0]) =>
  server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose(build);
const historyOf = async (id: string) =>
  bodyOf<{ name: string }[]>(await server.ask("GET", `/flow_run_states/?flow_run_id=${id}`)).map(({ name }) => name);
const several = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: 4 }, make));

test("late-marking: each run is late once", async () => {
  const runs = await several(() => makeRun(server, { state: { type: "SCHEDULED", state_details: { scheduled_time: PAST } } }));
  await killAtEveryPoint("late-marking");
  for (const { id } of runs) expect(await historyOf(id)).toEqual(["Scheduled", "Late"]);
});

test("pause-expiry: each pause fails once", async () => {
  const runs = await several(() => makeRunning(server));
  const paused = { type: "PAUSED", state_details: { pause_timeout: "2999-01-01T00:00:00Z" } };
  for (const { id } of runs) await setState(server, id, paused);
  await change(
    (workspace) => sql`with overdue as (update orion.flow_run set pause_timeout = ${PAST}
      where workspace_id = ${workspace} and pause_timeout is not null returning state_id)
    update orion.flow_run_state set state_details = jsonb_set(state_details, '{pause_timeout}', to_jsonb(${PAST}::text))
    from overdue where workspace_id = ${workspace} and id = overdue.state_id`,
  );
  await killAtEveryPoint("pause-expiry");
  for (const { id } of runs) expect(await historyOf(id)).toEqual(["Pending", "Running", "Paused", "Failed"]);
});

test("cancellation-cleanup: each task is cancelled once, each stuck run too", async () => {
  const run = await makeRunning(server);
  const tasks = await several(() => makeTaskRun(server, { flow_run_id: run.id, state: { type: "RUNNING" } }));
  await setState(server, run.id, { type: "CANCELLED" }, true);
  const stuck = await makeRunning(server);
  await setState(server, stuck.id, { type: "CANCELLING" });
  await change(
    (workspace) => sql`update orion.flow_run set state_timestamp = state_timestamp - interval '1 hour'
    where workspace_id = ${workspace} and id = ${stuck.id}`,
  );
  await killAtEveryPoint("cancellation-cleanup");
  for (const { id } of tasks) {
    const states = bodyOf<{ type: string }[]>(await server.ask("GET", `/task_run_states/?task_run_id=${id}`));
    expect(states.map(({ type }) => type)).toEqual(["RUNNING", "CANCELLED"]);
  }
  expect(await historyOf(stuck.id)).toEqual(["Pending", "Running", "Cancelling", "Cancelled"]);
});

test("vanished-runs: each run crashes once", async () => {
  const runs = await several(() => makeRunning(server));
  await change(
    (workspace) => sql`
    with looked as (insert into orion.watch (name, seen) values ('flow-run-heartbeats', now()) on conflict do nothing)
    insert into orion.flow_run_heartbeat (workspace_id, flow_run_id, occurred, seen, attempt, interval, deadline)
    select ${workspace}::uuid as workspace_id, id, now() - interval '1 hour', now() - interval '1 hour', 1, 180, now() - interval '1 minute'
    from unnest(${runs.map(({ id }) => id)}::uuid[]) as id`,
  );
  await killAtEveryPoint("vanished-runs");
  for (const { id } of runs) expect(await historyOf(id)).toEqual(["Pending", "Running", "Crashed"]);
});

test("foreman and worker-monitor: each pool, queue and deployment is told of once", async () => {
  const pools = await several(() => makePool(server));
  for (const { name } of pools) {
    await poll(server, name);
    await server.ask("POST", `/work_pools/${name}/workers/heartbeat`, { name: "w" });
  }
  await takeEvents(server);
  await change(
    (workspace) => sql`
    with silent as (update orion.worker set last_heartbeat_time = now() - interval '1 hour' where workspace_id = ${workspace})
    update orion.work_queue set last_polled = now() - interval '1 hour' where workspace_id = ${workspace}`,
  );
  await killAtEveryPoint("worker-monitor");
  await killAtEveryPoint("foreman");
  const events = await takeEvents(server, "prefect.work-");
  expect(events.toSorted()).toEqual([
    ...Array.from({ length: 4 }, () => "prefect.work-pool.not-ready"),
    ...Array.from({ length: 4 }, () => "prefect.work-queue.not-ready"),
  ]);
});

test("expiration-setter and expiration-processor: what is past its time is gone, and nothing else", async () => {
  const runs = await several(() => makeRunning(server));
  for (const { id } of runs) await setState(server, id, { type: "COMPLETED" });
  const [kept, ...gone] = runs.map(({ id }) => id);
  await change(
    (
      workspace,
    ) => sql`update orion.flow_run set end_time = end_time - interval '1 year', start_time = start_time - interval '1 year'
    where workspace_id = ${workspace} and id = any(${gone}::uuid[])`,
  );
  await killAtEveryPoint("expiration-setter");
  await killAtEveryPoint("expiration-processor");
  const there = async (id: string | undefined) => (await server.ask("GET", `/flow_runs/${id}`)).status;
  expect(await Promise.all([kept, ...gone].map(there))).toEqual([200, 404, 404, 404]);
});
