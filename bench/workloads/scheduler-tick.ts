import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contestant } from "../contestants/contestant.ts";
import { type OwnPlace, serve } from "../contestants/own-server.ts";
import { cpuSeconds } from "../contestants/processes.ts";
import { scheduleCopies, withdrawRuns } from "../seed-schedules.ts";
import { originalTicker, praetorTicker, type Ticker } from "../contestants/ticker.ts";
import { ask } from "../load/ask.ts";
import { median } from "../load/percentile.ts";
import type { Measurement, Workload } from "./workload.ts";

const DEPLOYMENTS = 100_000;
/** Of so many deployments one wants a run in each tick. */
const DUE_OF = 100;
const TICKS = 3;
/** Days apart, so that nothing else comes due while the workload runs. */
const SCHEDULES = [
  { cron: "30 3 * * *", timezone: "America/New_York" },
  { interval: 86_400, anchor_date: "2026-01-01T16:00:00Z", timezone: "UTC" },
  { rrule: "DTSTART:20260101T210000\nRRULE:FREQ=DAILY", timezone: "Europe/Berlin" },
];
/** As many as either scheduler makes of them. */
const RUNS_EACH = 3;
const PATIENCE_MILLISECONDS = 60_000;

/** One deployment of each kind of schedule by the API, filled by the scheduler. */
async function makeTemplates({ name, url, database }: Contestant): Promise<string[]> {
  const { id: flow_id } = await ask(url, "/flows/", { name: "bench" });
  const made = SCHEDULES.map((schedule, kind) =>
    ask(url, "/deployments/", { name: `kind-${kind}`, flow_id, schedules: [{ schedule, active: true }] }),
  );
  const templates = (await Promise.all(made)).map(({ id }) => id);
  const runs = `select count(*) from ${name === "praetor" ? "orion." : ""}flow_run`;
  const until = performance.now() + PATIENCE_MILLISECONDS;
  const count = async () => Number((await database.query<{ count: string }>(runs)).rows[0]?.count);
  while ((await count()) < SCHEDULES.length * RUNS_EACH) {
    if (performance.now() > until) throw new Error("the scheduler made no runs");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return templates;
}

const warm = (values: readonly number[]) => median(values.slice(1));

/** Ticks with one of a hundred deployments due, ticks with none, and passes over what was just changed. The first of each warms up. */
async function measureTicks(place: OwnPlace, ticker: Ticker): Promise<Measurement> {
  const copies = Math.ceil(DEPLOYMENTS / SCHEDULES.length);
  const seconds: number[] = [];
  const [nothing, recent]: [number[], number[]] = [[], []];
  let cpu = 0;
  for (let tick = 0; tick <= TICKS; tick++) {
    let before = 0;
    const makeDue = async () => {
      const due = await withdrawRuns(place, { kinds: SCHEDULES.length, copies, first: tick, step: DUE_OF });
      before = ticker.cpu() + cpuSeconds(place.cluster.pid);
      return due;
    };
    seconds.push(await ticker.tick(makeDue));
    cpu = ticker.cpu() + cpuSeconds(place.cluster.pid) - before;
    nothing.push(await ticker.tick(async () => 0));
    recent.push(await ticker.recent());
  }
  const details = {
    "nothing due ms": warm(nothing) * 1000,
    "recent ms": warm(recent) * 1000,
    "CPU ms": cpu * 1000,
  };
  return { value: warm(seconds), failures: 0, details };
}

export const workload: Workload = {
  name: "scheduler-tick",
  title: `a tick over ${DEPLOYMENTS} filled deployments, ${DEPLOYMENTS / DUE_OF} of which want a run`,
  unit: "s",
  better: "less",
  least: 5,
  aim: 10,
  ceilings: { "tick s": 1 },
  once: true,
  async prepare() {},
  async measure({ name }, _round, { cluster }) {
    const home = await mkdtemp(join(tmpdir(), "bench-tick-"));
    const databaseName = `${name}_tick`;
    const place = { name, cluster, databaseName, database: await cluster.createDatabase(databaseName), home };
    try {
      const templates = await serve(place, {}, makeTemplates);
      await scheduleCopies(place, templates, Math.ceil(DEPLOYMENTS / SCHEDULES.length));
      const open = name === "praetor" ? praetorTicker : originalTicker;
      const measured = await open(place, (ticker) => measureTicks(place, ticker));
      return { ...measured, details: { "tick s": measured.value, ...measured.details } };
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
