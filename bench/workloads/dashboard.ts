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
const IN_TURN = "all six in turn";
const AT_ONCE = "all six at once";

/**
 * The page over and over, half of the time with its questions one after the other on one connection, then with all of them at
 * once on connections of their own, as a browser asks them; the details are the 95th percentiles.
 */
export const drive: Drive = async (task) => {
  const questions = Object.entries(asked).map(([name, [path, body]]) => ({ name, path, body: JSON.stringify(body) }));
  const connections = await Promise.all(questions.map(() => Connection.open(task.url)));
  const latencies = new Map([...Object.keys(asked), IN_TURN, AT_ONCE].map((name): [string, number[]] => [name, []]));
  let failures = 0;
  let firstFailure: string | undefined;
  const ask = async ({ path, body }: (typeof questions)[number], connection: Connection | undefined): Promise<number> => {
    const sent = performance.now();
    const answer = await connection?.send("POST", path, body);
    const latency = performance.now() - sent;
    if (answer === undefined || answer.status >= 300) {
      failures += 1;
      firstFailure ??= `${path}: ${answer?.status} ${answer?.body.slice(0, 300)}`;
    }
    return latency;
  };
  const inTurn = async () => {
    for (const question of questions) latencies.get(question.name)?.push(await ask(question, connections[0]));
  };
  const atOnce = () => Promise.all(questions.map((question, nth) => ask(question, connections[nth])));

  let seconds = 0;
  for (const [name, show] of [
    [IN_TURN, inTurn],
    [AT_ONCE, atOnce],
  ] as const) {
    const pages = latencies.get(name) ?? [];
    const until = performance.now() + (task.seconds / 2) * 1000;
    while (performance.now() < until || pages.length < LEAST) {
      const begun = performance.now();
      await show();
      pages.push(performance.now() - begun);
    }
    seconds += pages.reduce((sum, page) => sum + page, 0) / 1000;
  }
  for (const connection of connections) connection.close();
  const pages = [IN_TURN, AT_ONCE].flatMap((name) => latencies.get(name) ?? []).length;
  return {
    operations: pages * questions.length - failures,
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
