import { cpuSeconds } from "../contestants/processes.ts";
import type { Contestant } from "../contestants/contestant.ts";
import { ask } from "../load/ask.ts";
import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import { clear, FLOW_ID } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Stage, Workload } from "./workload.ts";

const POOLS = 50;
/** Pools that have runs to offer, and how many each. */
const BUSY_POOLS = 10;
const RUNS = 5;
/** A worker polls every ten seconds and asks for what is due in the next ten. */
const POLL_SECONDS = 10;
/** It says that it lives every thirty: one of three polls has a heartbeat beside it. */
const POLLS_PER_HEARTBEAT = 3;
/** The kernel counts CPU in hundredths of a second: one cycle alone is known to within a tenth of a percent. */
const CYCLES = 2;

const poolName = (n: number) => `bench-${n % POOLS}`;
const path = (n: number) => `/work_pools/${poolName(n)}/get_scheduled_flow_runs`;
const polled = () => ({ scheduled_before: new Date(Date.now() + POLL_SECONDS * 1000).toISOString() });

export const drive: Drive = async (task) => {
  const load = await runLoad({ ...task, maximum: Infinity }, async (caller, n) => {
    const answer = await caller.post(path(n), polled());
    const offered = answer.body.split('"flow_run":').length - 1;
    if (offered !== (n % POOLS < BUSY_POOLS ? RUNS : 0)) throw new Error(`${offered} runs: ${answer.body.slice(0, 300)}`);
  });
  return seenOf(load);
};

/** Every pool once, at the pace of its worker. */
async function pollAtLeisure(url: string): Promise<void> {
  const begun = performance.now();
  for (let n = 0; n < POOLS; n++) {
    await ask(url, path(n), polled());
    if (n % POLLS_PER_HEARTBEAT === 0) {
      const worker = { name: "bench", heartbeat_interval_seconds: POLL_SECONDS * POLLS_PER_HEARTBEAT };
      await ask(url, `/work_pools/${poolName(n)}/workers/heartbeat`, worker);
    }
    const next = begun + ((n + 1) / POOLS) * POLL_SECONDS * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
}

/**
 * What fifty workers cost that poll at their own pace, in percent of a core. The first cycle does not count: it pays for the load
 * before it, of which both clear away what it left.
 */
async function measureIdle(contestant: Contestant, { cluster }: Stage) {
  await pollAtLeisure(contestant.url);
  const before = { server: contestant.cpu(), database: cpuSeconds(cluster.pid) };
  const begun = performance.now();
  for (let cycle = 0; cycle < CYCLES; cycle++) await pollAtLeisure(contestant.url);
  const share = 100 / ((performance.now() - begun) / 1000);
  return {
    "server idle %": (contestant.cpu() - before.server) * share,
    "PostgreSQL idle %": (cpuSeconds(cluster.pid) - before.database) * share,
  };
}

export const workload: Workload = {
  name: "worker-poll",
  title: `poll ${POOLS} work pools, ${BUSY_POOLS} of which offer ${RUNS} runs`,
  unit: "polls/s",
  better: "more",
  least: 5,
  aim: 10,
  ceilings: { "server idle %": 2 },
  async prepare(contestant) {
    await clear(contestant);
    for (let n = 0; n < POOLS; n++) {
      await ask(contestant.url, "/work_pools/", { name: poolName(n), type: "process", base_job_template: {} });
      if (n >= BUSY_POOLS) continue;
      const deployed = { name: poolName(n), flow_id: FLOW_ID, work_pool_name: poolName(n) };
      const { id } = await ask(contestant.url, "/deployments/", deployed);
      for (let run = 0; run < RUNS; run++) await ask(contestant.url, `/deployments/${id}/create_flow_run`, {});
    }
  },
  async measure(contestant, round, stage, expected) {
    const load = await measureLoad({ name: "worker-poll", connections: 8 }, contestant, round, stage, expected);
    // The warm-up is not counted.
    return round === 0 ? load : { ...load, details: { ...load.details, ...(await measureIdle(contestant, stage)) } };
  },
};
