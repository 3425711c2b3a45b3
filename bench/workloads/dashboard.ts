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

/** However slow the answers are, each question is asked so often, to have a percentile. */
const LEAST = 5;
const PAGE = "all six";

/** The page over and over, its questions one after the other on one connection; the details are the 95th percentiles. */
export const drive: Drive = async (task) => {
  const connection = await Connection.open(task.url);
  const latencies = new Map([...Object.keys(asked), PAGE].map((name): [string, number[]] => [name, []]));
  const pages = latencies.get(PAGE) ?? [];
  let failures = 0;
  let firstFailure: string | undefined;
  const until = performance.now() + task.seconds * 1000;
  while (performance.now() < until || pages.length < LEAST) {
    let page = 0;
    for (const [name, [path, body]] of Object.entries(asked)) {
      const sent = performance.now();
      const answer = await connection.send("POST", path, JSON.stringify(body));
      const latency = performance.now() - sent;
      latencies.get(name)?.push(latency);
      page += latency;
      if (answer.status < 300) continue;
      failures += 1;
      firstFailure ??= `${path}: ${answer.status} ${answer.body.slice(0, 300)}`;
    }
    pages.push(page);
  }
  connection.close();
  const seconds = pages.reduce((sum, page) => sum + page, 0) / 1000;
  return {
    operations: pages.length * Object.keys(asked).length - failures,
    seconds,
    failures,
    firstFailure,
    details: percentilesOf(latencies),
  };
};

function percentilesOf(latencies: ReadonlyMap<string, readonly number[]>): Record<string, number> {
  const percentiles = [...latencies].map(([name, values]) => [
    `${name}, p95 ms`,
    percentile(
      values.toSorted((one, other) => one - other),
      0.95,
    ),
  ]);
  return Object.fromEntries(percentiles);
}
