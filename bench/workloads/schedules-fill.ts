import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "pg";
import type { Contestant } from "../contestants/contestant.ts";
import { serve } from "../contestants/own-server.ts";
import { cpuSeconds } from "../contestants/processes.ts";
import { ask } from "../load/ask.ts";
import { copy } from "../seed.ts";
import type { Measurement, Stage, Workload } from "./workload.ts";

const SCHEDULES = [
  { cron: "0 * * * *", timezone: "America/New_York" },
  { interval: 900, anchor_date: "2026-01-01T00:00:00Z", timezone: "UTC" },
  { rrule: "DTSTART:20260101T000000\nRRULE:FREQ=HOURLY", timezone: "Europe/Berlin" },
];
const DEPLOYMENTS = 1000;
const AHEAD = 100;
/** What is not made after so long is not waited for: the rate is known by then. */
const FILL_SECONDS = 20;
const LOOK_MILLISECONDS = 100;
/** Longer than the scheduler rests between its passes. */
const STEADY_SECONDS = 62;

/** One deployment of each kind of schedule by the API, and copies of them. */
async function seed({ name, url, database }: Contestant): Promise<void> {
  const schema = name === "praetor" ? "orion." : "";
  const { id: flow_id } = await ask(url, "/flows/", { name: "bench" });
  for (const [kind, schedule] of SCHEDULES.entries()) {
    const { id } = await ask(url, "/deployments/", { name: `kind-${kind}`, flow_id, schedules: [{ schedule, active: true }] });
    const copies = Math.ceil((DEPLOYMENTS - kind) / SCHEDULES.length) - 1;
    const copyId = `(lpad(to_hex(n), 8, '0') || '-0000-4000-8000-${String(kind).padStart(12, "0")}')::uuid`;
    await copy(database, `${schema}deployment`, `id = '${id}'`, copies, { id: copyId, name: `'kind-${kind}-' || n` });
    const replaced = { id: copyId, deployment_id: copyId };
    await copy(database, `${schema}deployment_schedule`, `deployment_id = '${id}'`, copies, replaced);
  }
  await database.query(`vacuum analyze ${schema}deployment, ${schema}deployment_schedule`);
}

interface Filled {
  readonly made: number;
  readonly seconds: number;
}

/** The runs that are made from now on, and when the last of them was seen. */
async function watch(database: Client, table: string): Promise<Filled> {
  const count = async () => Number((await database.query<{ count: string }>(`select count(*) from ${table}`)).rows[0]?.count);
  const begun = performance.now();
  const first = await count();
  let [last, seen] = [first, begun];
  while (last < DEPLOYMENTS * AHEAD && performance.now() < begun + FILL_SECONDS * 1000) {
    await pause(LOOK_MILLISECONDS);
    const now = await count();
    if (now > last) [last, seen] = [now, performance.now()];
  }
  return { made: last - first, seconds: (seen - begun) / 1000 };
}

async function measureFill(server: Contestant, { cluster, seconds }: Stage): Promise<Measurement> {
  const before = { server: server.cpu(), database: cpuSeconds(cluster.pid) };
  const { made, seconds: took } = await watch(server.database, server.name === "praetor" ? "orion.flow_run" : "flow_run");
  const used = { server: server.cpu() - before.server, database: cpuSeconds(cluster.pid) - before.database };
  const details = {
    runs: made,
    s: took,
    "server CPU ms": (used.server / Math.max(1, made)) * 1000,
    "PostgreSQL CPU ms": (used.database / Math.max(1, made)) * 1000,
  };
  const measured = { value: took > 0 ? made / took : 0, failures: 0, details };
  // The original has not ended by now; what it costs from then on is the same as now.
  if (server.name === "original") return measured;
  const steady = { server: server.cpu(), database: cpuSeconds(cluster.pid) };
  const length = Math.min(STEADY_SECONDS, seconds * 15);
  await pause(length * 1000);
  const share = 100 / length;
  return {
    ...measured,
    details: {
      ...details,
      "server steady %": (server.cpu() - steady.server) * share,
      "PostgreSQL steady %": (cpuSeconds(cluster.pid) - steady.database) * share,
    },
  };
}

const environment = (scheduler: boolean) => ({
  PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED: String(scheduler),
  PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS: String(AHEAD),
});

export const workload: Workload = {
  name: "schedules-fill",
  title: `${DEPLOYMENTS} deployments (cron, interval, rrule) filled ${AHEAD} runs ahead`,
  unit: "runs/s",
  better: "more",
  least: 5,
  aim: 10,
  ceilings: { "server steady %": 5 },
  once: true,
  async prepare() {},
  async measure({ name }, _round, stage) {
    const home = await mkdtemp(join(tmpdir(), "bench-fill-"));
    const { cluster } = stage;
    const databaseName = `${name}_fill`;
    const place = { name, cluster, databaseName, database: await cluster.createDatabase(databaseName), home };
    try {
      await serve(place, environment(false), seed);
      return await serve(place, environment(true), (server) => measureFill(server, stage));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
