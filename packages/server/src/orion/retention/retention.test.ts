import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseNow, sql } from "../../platform/database/index.ts";
import { bodyOf, makeRun, makeRunning, makeTaskRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { BEGINNING, dateExpirations, deleteExpiredCacheKeys, deleteExpiredRuns } from "./index.ts";

const DAY = 86_400;
const KEPT = 90 * DAY;

let server: TestServer;
let now: Timestamp;
beforeAll(async () => {
  server = await openTestServer();
  now = await databaseNow(server.deps.databases.orion);
});
afterAll(() => server.close());

/** Both passes, so many days from now. */
async function keepUntil(days: number): Promise<void> {
  const then = addSeconds(now, days * DAY);
  expect(await dateExpirations(server.deps, BEGINNING, { now: then, seconds: KEPT })).toBe(BEGINNING);
  expect(await deleteExpiredRuns(server.deps, then, 100)).toBe(false);
}
const isThere = async (id: string) => (await server.ask("GET", `/flow_runs/${id}`)).status === 200;

async function finished(rest: Record<string, unknown> = {}) {
  const run = await makeRunning(server, rest);
  await setState(server, run.id, { type: "COMPLETED" });
  return run;
}

it("a finished run is kept for its time and then deleted with its task runs; others stay", async () => {
  const run = await finished();
  const task = await makeTaskRun(server, { flow_run_id: run.id });
  const child = await finished({ parent_task_run_id: task.id });
  const running = await makeRunning(server);
  const waiting = await makeRun(server, { state: { type: "SCHEDULED" } });
  await keepUntil(89);
  expect(await isThere(run.id)).toBe(true);
  await keepUntil(91);
  expect((await server.ask("GET", `/task_runs/${task.id}`)).status).toBe(404);
  const there = await Promise.all([run, child, running, waiting].map(({ id }) => isThere(id)));
  expect(there).toEqual([false, true, true, true]);
  await keepUntil(91);
  expect(await isThere(child.id)).toBe(false);
});

it("a run that was dated and begins again is kept", async () => {
  const run = await finished();
  await dateExpirations(server.deps, BEGINNING, { now: addSeconds(now, 91 * DAY), seconds: KEPT });
  await setState(server, run.id, { type: "RUNNING" }, true);
  await deleteExpiredRuns(server.deps, addSeconds(now, 91 * DAY), 100);
  expect(await isThere(run.id)).toBe(true);
});

it("two servers delete each run once, a batch at a time", async () => {
  for (let count = 0; count < 6; count += 1) await finished();
  const then = addSeconds(now, 91 * DAY);
  await dateExpirations(server.deps, BEGINNING, { now: then, seconds: KEPT });
  const more = await Promise.all([deleteExpiredRuns(server.deps, then, 2), deleteExpiredRuns(server.deps, then, 2)]);
  expect(more).toEqual([true, true]);
  const rows = bodyOf<unknown[]>(
    await server.ask("POST", "/flow_runs/filter", { flow_runs: { state: { type: { any_: ["COMPLETED"] } } } }),
  );
  expect(rows).toHaveLength(2);
});

it("keys of results go when they have expired", async () => {
  const insert = (expiration: string) =>
    server.deps.databases.orion.system.compose(
      () => sql`insert into orion.task_run_state_cache (workspace_id, id, cache_key, cache_expiration, task_run_state_id)
        values (gen_random_uuid(), gen_random_uuid(), 'k', now() + ${expiration}::interval, gen_random_uuid())`,
    );
  for (const expiration of ["-1 day", "1 day"]) await insert(expiration);
  expect(await deleteExpiredCacheKeys(server.deps, now, 1)).toBe(true);
  expect(await deleteExpiredCacheKeys(server.deps, now, 1)).toBe(false);
  const rows = await server.deps.databases.orion.system.compose(() => sql`select from orion.task_run_state_cache`);
  expect(rows).toHaveLength(1);
});
