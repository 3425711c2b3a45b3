import { Connection } from "../load/connection.ts";
import { percentile } from "../load/percentile.ts";
import { FLOW_ID } from "../seed.ts";
import type { Drive } from "./workload.ts";

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const lastDay = { flow_runs: { expected_start_time: { after_: ago(24) } } };

/** What the first page of the interface asks for, over and over. */
const asked: Readonly<Record<string, readonly [path: string, body: object]>> = {
  count: ["/flow_runs/count", lastDay],
  "count of all": ["/flow_runs/count", {}],
  "history of a day": [
    "/flow_runs/history",
    { history_start: ago(24), history_end: ago(0), history_interval_seconds: 3600, ...lastDay },
  ],
  "newest 200": [
    "/flow_runs/filter",
    { flow_runs: { state: { type: { any_: ["COMPLETED", "FAILED"] } } }, sort: "START_TIME_DESC", limit: 200 },
  ],
  lateness: ["/flow_runs/lateness", lastDay],
  "next runs": ["/ui/flows/next-runs", { flow_ids: [FLOW_ID] }],
};

/** Each question by itself, on one connection, for its share of the time; the details are the 95th percentiles. */
export const drive: Drive = async (task) => {
  const connection = await Connection.open(task.url);
  const share = (task.seconds * 1000) / Object.keys(asked).length;
  const details: Record<string, number> = {};
  const all: number[] = [];
  let failures = 0;
  let firstFailure: string | undefined;
  for (const [name, [path, body]] of Object.entries(asked)) {
    const latencies: number[] = [];
    const until = performance.now() + share;
    // However slow, each is asked often enough to have a percentile.
    while (performance.now() < until || latencies.length < LEAST) {
      const sent = performance.now();
      const answer = await connection.send("POST", path, JSON.stringify(body));
      latencies.push(performance.now() - sent);
      if (answer.status >= 300) {
        failures += 1;
        firstFailure ??= `${path}: ${answer.status} ${answer.body.slice(0, 300)}`;
      }
    }
    details[`${name}, p95 ms`] = percentile(
      latencies.toSorted((one, other) => one - other),
      0.95,
    );
    all.push(...latencies);
  }
  connection.close();
  const seconds = all.reduce((sum, latency) => sum + latency, 0) / 1000;
  return { operations: all.length - failures, seconds, failures, firstFailure, details };
};

const LEAST = 5;
