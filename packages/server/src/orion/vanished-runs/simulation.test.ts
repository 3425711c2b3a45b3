import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { chanceOf } from "../../testing/chance.ts";
import { makeFlow, makeRunning } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { Orchestrator } from "../orchestrate/index.ts";
import { endVanishedRuns, recordHeartbeats } from "./index.ts";
import { heartbeatOf } from "./testing.ts";

const EPOCH = "2026-03-01T00:00:00Z" as Timestamp;
const MISSED = 3;
const LOOP = 30;
const WATCH = { heartbeatsMissed: MISSED, submittedTimeout: 300, outage: 4 * LOOP };
const USUAL = 180;
const HOURS = 2;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

interface Process {
  readonly run: string;
  readonly interval: number;
  readonly start: number;
  /** The second at which it dies; never, for one that lives on. */
  readonly dies: number;
}

const at = (second: number) => addSeconds(EPOCH, second);

/** A heartbeat that the server hears at a virtual second: the row's instants are the database's, and are moved there. */
async function hear({ run }: Process, second: number): Promise<void> {
  await recordHeartbeats(server.deps, [heartbeatOf(run, at(second))]);
  await server.deps.databases.orion.workspace(workspaceId).compose(
    (
      workspace,
    ) => sql`update orion.flow_run_heartbeat set deadline = ${at(second)}::timestamptz + (deadline - seen), seen = ${at(second)}
      where workspace_id = ${workspace} and flow_run_id = ${run}`,
  );
}

async function crashedOf(processes: readonly Process[]): Promise<string[]> {
  const ids = processes.map(({ run }) => run);
  const rows = await server.deps.databases.orion.workspace(workspaceId).compose<{ id: string }>(
    (workspace) => sql`select id from orion.flow_run
      where workspace_id = ${workspace} and id = any(${ids}::uuid[]) and state_type = 'CRASHED'`,
  );
  return rows.map(({ id }) => id);
}

// A seed that failed is put here, and stays.
test.each([1, 2, 3, 4, 5, 6])(
  "through hours of virtual time with an outage, no run that lives is taken for dead, and every other is found (seed %i)",
  async (seed) => {
    await server.deps.databases.orion.system.compose(() => sql`delete from orion.watch`);
    const chance = chanceOf(seed);
    const flow_id = await makeFlow(server);
    const end = HOURS * 3600;
    const outage = { from: Math.floor(1200 + chance() * 1200), seconds: Math.floor(300 + chance() * 1500) };
    const isDown = (second: number) => second >= outage.from && second < outage.from + outage.seconds;
    const processes: Process[] = [];
    for (let count = 0; count < 8; count += 1) {
      const { id: run } = await makeRunning(server, { flow_id });
      const interval = [30, 60, USUAL][Math.floor(chance() * 3)] ?? USUAL;
      const start = Math.floor(chance() * 900);
      processes.push({
        run,
        interval,
        start,
        dies: chance() < 0.5 ? start + 1 + Math.floor(chance() * 3600) : Number.POSITIVE_INFINITY,
      });
    }
    const orchestrators = [new Orchestrator(server.deps), new Orchestrator(server.deps)];
    const crashed = new Map<string, number>();
    const heard = new Set<string>();
    for (let second = 0; second <= end; second += 5) {
      if (isDown(second)) continue;
      // A live process beats every interval, a little late.
      for (const process of processes) {
        const beats = (second - process.start) % process.interval;
        if (second < process.start || second >= process.dies || beats >= 5) continue;
        await hear(process, second + chance());
        heard.add(process.run);
      }
      if (second % LOOP !== 0) continue;
      await Promise.all(orchestrators.map((orchestrator) => endVanishedRuns(server.deps, orchestrator, at(second), WATCH)));
      for (const id of await crashedOf(processes)) if (!crashed.has(id)) crashed.set(id, second);
    }
    for (const { run, dies, interval } of processes) {
      const found = crashed.get(run);
      // One that died unheard is nobody's.
      if (dies === Number.POSITIVE_INFINITY || !heard.has(run)) expect([run, found]).toEqual([run, undefined]);
      else {
        // At the latest after the usual time, given anew after the outage.
        const latest = dies + MISSED * Math.max(interval, USUAL) + outage.seconds + MISSED * USUAL + 2 * LOOP;
        const seen = { interval, dies, found, latest, outage };
        expect({ ...seen, inTime: found !== undefined && found >= dies && found <= latest }).toEqual({ ...seen, inTime: true });
      }
    }
  },
);
