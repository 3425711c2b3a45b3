import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Contestant } from "../contestants/contestant.ts";
import { cpuSeconds } from "../contestants/processes.ts";
import { startWorker, type Worker } from "../contestants/worker.ts";
import { ask } from "../load/ask.ts";
import { percentile } from "../load/percentile.ts";
import { clear, FLOW_ID } from "../seed.ts";
import type { Measurement, Stage, Workload } from "./workload.ts";

const RUNS = 100;
/** So that one process has mostly started before the next: starting one takes some seconds of a core. */
const APART_MILLISECONDS = 3000;
/** What has not begun so long after the last run was asked for is a failure. */
const PATIENCE_MILLISECONDS = 120_000;
const POOL = "bench-start";
const FLOWS = join(import.meta.dirname, "../flows");

interface Started {
  readonly id: string;
  /** Milliseconds since 1970: when it was to start, when a worker proposed to submit it, and when its process said that it runs. */
  readonly due: number;
  readonly pending: number;
  readonly running: number;
}

/** The runs that have begun, as the tables have them. */
async function begun({ name, database }: Contestant): Promise<Started[]> {
  const schema = name === "praetor" ? "orion." : "";
  const at = (type: string) => `(select min(extract(epoch from state.timestamp)) * 1000 from ${schema}flow_run_state as state
    where state.flow_run_id = run.id and state.type = '${type}')::float8`;
  const { rows } = await database.query<Started>(`select * from (
    select run.id, ${at("SCHEDULED")} as due, ${at("PENDING")} as pending, ${at("RUNNING")} as running from ${schema}flow_run as run
  ) as each where running is not null`);
  return rows;
}

async function waitFor(contestant: Contestant, count: number): Promise<Started[]> {
  const until = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const runs = await begun(contestant);
    if (runs.length >= count || performance.now() > until) return runs;
    await pause(500);
  }
}

async function deploy({ url }: Contestant): Promise<string> {
  const deployed = {
    name: POOL,
    flow_id: FLOW_ID,
    work_pool_name: POOL,
    entrypoint: "nothing.py:nothing",
    pull_steps: [{ "prefect.deployments.steps.set_working_directory": { directory: FLOWS } }],
  };
  return (await ask(url, "/deployments/", deployed)).id;
}

async function measureStarts(contestant: Contestant, worker: Worker, { cluster, seconds }: Stage): Promise<Measurement> {
  const deployment = await deploy(contestant);
  const run = () => ask(contestant.url, `/deployments/${deployment}/create_flow_run`, {});
  // The first process compiles what it imports.
  await run();
  await waitFor(contestant, 1);
  const first = (await begun(contestant)).map(({ id }) => id);
  const count = Math.ceil(Math.min(1, seconds / 8) * RUNS);
  const before = { server: contestant.cpu(), database: cpuSeconds(cluster.pid) };
  for (let n = 0; n < count; n++) {
    await run();
    await pause(APART_MILLISECONDS);
  }
  const runs = (await waitFor(contestant, first.length + count)).filter(({ id }) => !first.includes(id));
  const used = { server: contestant.cpu() - before.server, database: cpuSeconds(cluster.pid) - before.database };
  const submitted = runs.map(({ pending, due }) => pending - due);
  const details: Record<string, number> = {
    runs: runs.length,
    ...middleAndEnd(
      "running",
      runs.map(({ running, due }) => running - due),
    ),
    ...middleAndEnd("submitted", submitted),
    ...middleAndEnd(
      "offered",
      runs.flatMap(({ id, due }) => worker.offered(id, due) ?? []),
    ),
    "server CPU ms": (used.server / count) * 1000,
    "PostgreSQL CPU ms": (used.database / count) * 1000,
  };
  return { value: details["offered p50 ms"] ?? 0, failures: count - runs.length, details };
}

function middleAndEnd(name: string, values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((one, other) => one - other);
  return { [`${name} p50 ms`]: percentile(sorted, 0.5), [`${name} p99 ms`]: percentile(sorted, 0.99) };
}

export const workload: Workload = {
  name: "start-delay",
  title: "until a process worker that looks every second has a new run (median)",
  unit: "ms",
  better: "less",
  least: 1,
  aim: 1,
  once: true,
  prepare: (contestant) => clear(contestant),
  async measure(contestant, _round, stage) {
    const home = await mkdtemp(join(tmpdir(), "bench-worker-"));
    await ask(contestant.url, "/work_pools/", { name: POOL, type: "process", base_job_template: {} });
    const worker = await startWorker(contestant.url, POOL, home);
    try {
      return await measureStarts(contestant, worker, stage);
    } finally {
      await worker.stop();
      await rm(home, { recursive: true, force: true });
    }
  },
};
