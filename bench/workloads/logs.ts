import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import { clear, runId, seedRuns } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Workload } from "./workload.ts";

const BATCH = 50;

function batch(flowRunId: string): string {
  const now = Date.now();
  const lines = Array.from({ length: BATCH }, (_, line) => ({
    name: "prefect.flow_runs",
    level: 20,
    message: `page ${line} of the report was fetched in 0.123 s; 48 rows were new and 2 had changed since yesterday`,
    timestamp: new Date(now + line).toISOString(),
    flow_run_id: flowRunId,
    task_run_id: null,
  }));
  return JSON.stringify(lines);
}

export const drive: Drive = async (task) => {
  const load = await runLoad({ ...task, maximum: Infinity }, async (caller, n) => {
    await caller.post("/logs/", batch(runId(0, n % 100)));
  });
  return seenOf(load);
};

export const workload: Workload = {
  name: "logs",
  title: `write logs in batches of ${BATCH}`,
  unit: "batches/s",
  better: "more",
  least: 15,
  aim: 30,
  async prepare(contestant) {
    await clear(contestant);
    await seedRuns(contestant, 0, 100, "PENDING");
  },
  measure: (...given) => measureLoad({ name: "logs", connections: 16 }, ...given),
};
