import { Connection } from "../load/connection.ts";
import { percentile } from "../load/percentile.ts";
import type { Drive } from "./workload.ts";

/** How long a slot is idle: callers stand in line for one slot, and each gives it back at once. */
export const drive: Drive = async (task) => {
  const idle: number[] = [];
  let free: number | undefined;
  const until = performance.now() + task.seconds * 1000;
  const caller = async () => {
    const connection = await Connection.open(task.url);
    const asked = JSON.stringify({ names: ["one"], slots: 1, lease_duration: 300 });
    while (performance.now() < until) {
      const answer = await connection.send("POST", "/v2/concurrency_limits/increment-with-lease", asked);
      if (answer.status === 423) {
        await new Promise((resolve) => setTimeout(resolve, Number(answer.retryAfter ?? 1) * 1000));
        continue;
      }
      if (free !== undefined) idle.push(performance.now() - free);
      const { lease_id } = JSON.parse(answer.body) as { lease_id: string };
      free = performance.now();
      await connection.send("POST", "/v2/concurrency_limits/decrement-with-lease", JSON.stringify({ lease_id }));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: task.connections }, caller));
  idle.sort((one, other) => one - other);
  const details = { "idle p50 ms": percentile(idle, 0.5), "idle p95 ms": percentile(idle, 0.95) };
  return { operations: idle.length, seconds: task.seconds, failures: 0, details };
};
