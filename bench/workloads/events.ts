import { setTimeout as pause } from "node:timers/promises";
import { Connection } from "../load/connection.ts";
import { EventSocket } from "../load/event-socket.ts";
import { percentile } from "../load/percentile.ts";
import { EVENTS_PER_RUN, taskRunEvents } from "../load/task-run-events.ts";
import { clear, runId, seedRuns } from "../seed.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Task, Workload } from "./workload.ts";

const POLL_MILLISECONDS = 20;
const WARM_UP_RUNS = 200;
/** Longest wait for what was sent to show; what has not shown by then is missing. */
const PATIENCE_SECONDS = 30;
/** Task runs that are sent together at half load. */
const SLICES_PER_SECOND = 50;

/** The moments at which `/task_runs/count` first knew so many completed task runs of a flow run. */
async function watch(connection: Connection, flowRunId: string, expected: number, seen: number[]): Promise<void> {
  const filter = JSON.stringify({
    task_runs: { flow_run_id: { any_: [flowRunId] }, state: { type: { any_: ["COMPLETED"] } } },
  });
  let last = performance.now();
  while (seen.length < expected && performance.now() - last < PATIENCE_SECONDS * 1000) {
    const { body } = await connection.send("POST", "/task_runs/count", filter);
    const now = performance.now();
    const count = Math.min(Number(body), expected);
    if (count > seen.length) last = now;
    while (seen.length < count) seen.push(now);
    await pause(POLL_MILLISECONDS);
  }
}

interface Result {
  readonly sent: readonly number[];
  readonly seen: readonly number[];
}

/** Sends `runs` task runs, all at once or `rate` a second, and watches until they show. */
async function send(task: Task, flowRunId: string, runs: number, rate: number | undefined): Promise<Result> {
  const [socket, connection] = await Promise.all([EventSocket.open(task.socketUrl), Connection.open(task.url)]);
  const sent: number[] = [];
  const seen: number[] = [];
  const watching = watch(connection, flowRunId, runs, seen);
  const begun = performance.now();
  const slice = rate === undefined ? 20 : Math.max(1, Math.round(rate / SLICES_PER_SECOND));
  while (sent.length < runs) {
    if (rate !== undefined) await pause(begun + (sent.length / rate) * 1000 - performance.now());
    for (let n = 0; n < slice && sent.length < runs; n++) {
      const events = taskRunEvents(flowRunId, sent.length);
      sent.push(performance.now());
      await socket.send(events);
    }
  }
  await watching;
  await socket.close();
  connection.close();
  return { sent, seen };
}

/** First as fast as it goes, for the rate; then at half that rate, for the time until a run shows. */
export const drive: Drive = async (task) => {
  const runs = task.round === 0 ? WARM_UP_RUNS : Math.ceil((task.expected * task.seconds) / EVENTS_PER_RUN);
  const fast = await send(task, runId(task.round, 0), runs, undefined);
  const seconds = ((fast.seen.at(-1) ?? Infinity) - (fast.sent[0] ?? 0)) / 1000;
  const runsPerSecond = fast.seen.length / seconds;
  const halfRuns = task.round === 0 ? WARM_UP_RUNS : Math.ceil((runsPerSecond / 2) * task.seconds);
  const half = await send(task, runId(task.round, 1), halfRuns, runsPerSecond / 2);
  const delays = half.seen.map((at, index) => at - (half.sent[index] ?? at)).toSorted((one, other) => one - other);
  const missing = runs - fast.seen.length + (halfRuns - half.seen.length);
  return {
    operations: fast.seen.length * EVENTS_PER_RUN,
    seconds,
    total: (fast.seen.length + half.seen.length) * EVENTS_PER_RUN,
    failures: missing,
    firstFailure: missing > 0 ? `${missing} task runs never showed` : undefined,
    details: { "p50 ms": percentile(delays, 0.5), "p99 ms": percentile(delays, 0.99) },
  };
};

export const workload: Workload = {
  name: "events",
  title: "task-run events until they show in the list (delays at half that rate)",
  unit: "events/s",
  better: "more",
  least: 20,
  aim: 50,
  async prepare(contestant, { rounds }) {
    await clear(contestant);
    for (let round = 0; round <= rounds; round++) await seedRuns(contestant, round, 2, "PENDING");
  },
  measure: (...given) => measureLoad({ name: "events", connections: 1 }, ...given),
};
