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

/** What every run in an answer has once; the answer is not made a text, for the time that this takes is the server's to use. */
const RUN_MARK = Buffer.from('"flow_id":');

function count(bytes: Buffer, mark: Buffer): number {
  let found = 0;
  for (let index = bytes.indexOf(mark); index >= 0; index = bytes.indexOf(mark, index + mark.length)) found++;
  return found;
}

export const drive: Drive = async (task) => {
  const load = await runLoad({ ...task, maximum: Infinity }, async (caller) => {
    const answer = await caller.post("/flow_runs/filter", body);
    if (count(answer.bytes, RUN_MARK) !== LIMIT) throw new Error(`not ${LIMIT} runs: ${answer.body.slice(0, 300)}`);
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
