import { type Caller, runLoad } from "../load/loop.ts";
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

/** Every run goes RUNNING, then COMPLETED; all rules judge both. First as fast as it goes; then, with runs of their own, at half that rate. */
export const drive: Drive = async (task) => {
  const moveFrom = (first: number) => async (caller: Caller, n: number) => {
    const path = `/flow_runs/${runId(task.round, first + n)}/set_state`;
    for (const proposed of [running, completed]) {
      const { body } = await caller.post(path, proposed);
      if (!body.includes('"status":"ACCEPT"')) throw new Error(`not accepted: ${body.slice(0, 300)}`);
    }
  };
  const full = await runLoad({ ...task, maximum: task.rows }, moveFrom(0));
  const rate = full.operations / full.seconds / 2;
  const half = await runLoad({ ...task, maximum: task.rows - full.operations, rate }, moveFrom(full.operations));
  const seen = seenOf(full);
  return {
    ...seen,
    total: full.requests + half.requests,
    failures: full.failures + half.failures,
    firstFailure: full.firstFailure ?? half.firstFailure,
    details: { ...seen.details, "half load p99 ms": half.p99Milliseconds },
  };
};

export const workload: Workload = {
  name: "set-state",
  title: "set_state RUNNING, then COMPLETED",
  unit: "transitions/s",
  better: "more",
  least: 15,
  aim: 40,
  ceilings: { "half load p99 ms": 20 },
  async prepare(contestant, { rounds, seconds }) {
    await clear(contestant);
    const rows = rowsPerRound(contestant.name, seconds);
    for (let round = 0; round <= rounds; round++) await seedRuns(contestant, round, rows, "PENDING");
    await settle(contestant);
  },
  measure: (...given) => measureLoad({ name: "set-state", connections: 32 }, ...given),
};
