import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import { clear, seedRuns, settle } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Workload } from "./workload.ts";

const RUNS = 20_000;
const LIMIT = 200;
const body = JSON.stringify({
  flow_runs: { state: { type: { any_: ["COMPLETED", "FAILED"] } }, tags: { all_: ["bench"] } },
  sort: "START_TIME_DESC",
  limit: LIMIT,
});

export const drive: Drive = async (task) => {
  const load = await runLoad({ ...task, maximum: Infinity }, async (caller) => {
    const { body: answer } = await caller.post("/flow_runs/filter", body);
    if (answer.split('"flow_id":').length !== LIMIT + 1) throw new Error(`not ${LIMIT} runs: ${answer.slice(0, 300)}`);
  });
  return seenOf(load);
};

export const workload: Workload = {
  name: "filter",
  title: `list ${LIMIT} of ${RUNS} flow runs`,
  unit: "requests/s",
  better: "more",
  least: 15,
  aim: 30,
  async prepare(contestant) {
    await clear(contestant);
    await seedRuns(contestant, 0, RUNS, "COMPLETED");
    await settle(contestant);
  },
  measure: (...given) => measureLoad({ name: "filter", connections: 8 }, ...given),
};
