import { runLoad } from "../load/loop.ts";
import { seenOf } from "../load/seen.ts";
import { clear, runId, seedRuns, settle } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import { type Drive, rowsPerRound, type Workload } from "./workload.ts";

const state = (type: string, name: string) => ({
  type,
  name,
  message: null,
  state_details: { untrackable_result: false },
  data: null,
});
const running = JSON.stringify({ state: state("RUNNING", "Running"), force: false });
const completed = JSON.stringify({ state: state("COMPLETED", "Completed"), force: false });

/** Every run goes RUNNING, then COMPLETED; all rules judge both. */
export const drive: Drive = async (task) => {
  const load = await runLoad({ ...task, maximum: task.rows }, async (caller, n) => {
    const path = `/flow_runs/${runId(task.round, n)}/set_state`;
    for (const proposed of [running, completed]) {
      const { body } = await caller.post(path, proposed);
      if (!body.includes('"status":"ACCEPT"')) throw new Error(`not accepted: ${body.slice(0, 300)}`);
    }
  });
  return seenOf(load);
};

export const workload: Workload = {
  name: "set-state",
  title: "set_state RUNNING, then COMPLETED",
  unit: "transitions/s",
  better: "more",
  least: 15,
  aim: 40,
  async prepare(contestant, { rounds, seconds }) {
    await clear(contestant);
    const rows = rowsPerRound(contestant.name, seconds);
    for (let round = 0; round <= rounds; round++) await seedRuns(contestant, round, rows, "PENDING");
    await settle(contestant);
  },
  measure: (...given) => measureLoad({ name: "set-state", connections: 32 }, ...given),
};
