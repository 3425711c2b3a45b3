import { setTimeout as pause } from "node:timers/promises";
import { ask } from "../load/ask.ts";
import { Connection } from "../load/connection.ts";
import { percentile } from "../load/percentile.ts";
import { measureLoad } from "./measured-load.ts";
import type { Drive, Workload } from "./workload.ts";

const SLOTS = 10;
const HOLD_MILLISECONDS = 50;
const LIMIT = "bench-line";
const WAITERS = { praetor: 1000, original: 100 } as const;
/** Whoever has had no turn after so many times the seconds of a round goes away. */
const PATIENCE = 2;

/** Everybody stands in line at once, holds a slot once, and goes. A slot is idle from its return to the next one's having it. */
export const drive: Drive = async (task) => {
  const connections = await Promise.all(Array.from({ length: task.connections }, () => Connection.open(task.url)));
  const asked = JSON.stringify({ names: [LIMIT], slots: 1, lease_duration: 300 });
  const begun = performance.now();
  const until = begun + PATIENCE * task.seconds * 1000;
  const free: number[] = [];
  const idle: number[] = [];
  const failures: string[] = [];
  let served = 0;
  const stand = async (connection: Connection): Promise<void> => {
    while (performance.now() < until) {
      const answer = await connection.send("POST", "/v2/concurrency_limits/increment-with-lease", asked);
      if (answer.status === 423) {
        await pause(Math.min(Number(answer.retryAfter ?? 1) * 1000, until - performance.now()));
        continue;
      }
      if (answer.status >= 300) return void failures.push(`${answer.status} ${answer.body.slice(0, 300)}`);
      const since = free.shift();
      if (since !== undefined) idle.push(performance.now() - since);
      served += 1;
      await pause(HOLD_MILLISECONDS);
      const { lease_id } = JSON.parse(answer.body) as { lease_id: string };
      free.push(performance.now());
      await connection.send("POST", "/v2/concurrency_limits/decrement-with-lease", JSON.stringify({ lease_id }));
      return;
    }
  };
  await Promise.all(connections.map(stand));
  const seconds = (performance.now() - begun) / 1000;
  for (const connection of connections) connection.close();
  idle.sort((one, other) => one - other);
  const details = { served, "idle p50 ms": percentile(idle, 0.5), "idle p99 ms": percentile(idle, 0.99) };
  return { operations: served, seconds, failures: failures.length, firstFailure: failures[0], details };
};

export const workload: Workload = {
  name: "slot-line",
  title: `a slot of ${SLOTS} is idle (p99) while ${WAITERS.praetor} stand in line (original: ${WAITERS.original})`,
  unit: "ms",
  better: "less",
  least: 5,
  aim: 10,
  ceilings: { "idle p99 ms": 20 },
  async prepare({ url }) {
    await ask(url, "/v2/concurrency_limits/", { name: LIMIT, limit: SLOTS });
  },
  async measure(contestant, ...given) {
    const line = { name: "slot-line", connections: WAITERS[contestant.name] };
    const measured = await measureLoad(line, contestant, ...given);
    return { ...measured, value: measured.details["idle p99 ms"] ?? 0 };
  },
};
