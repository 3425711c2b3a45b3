import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../../src/testing/server.ts";
import { costOf } from "./explain.ts";
import { everyList } from "./filters.ts";
import { type Recorded, recording } from "./recorder.ts";
import { idOf, KINDS, seed } from "./seed.ts";

/*
 * Every list, at a size where a plan that does not hold shows: no table that grows is read from end to end, and the pages
 * looked at stay bounded. The size can be raised: `PLAN_RUNS=1000000 npx vitest run packages/server/test/plans`.
 */
const RUNS = Number(process.env["PLAN_RUNS"] ?? 60_000);
const MOST_BUFFERS = 10_000;
const LARGE = /^(?:flow_run|flow_run_state|task_run|task_run_state|log(?:_.*)?|events?(?:_.*)?)$/;

let server: TestServer;
let client: Client;
const seen: Recorded[] = [];

beforeAll(async () => {
  server = await openTestServer({ between: (databases) => recording(databases, seen) });
  client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  await seed(client, RUNS);
}, 600_000);
afterAll(async () => {
  await client.end();
  await server.close();
});

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const day = { history_start: ago(24), history_end: ago(0), history_interval_seconds: 3600 };
const run = idOf(KINDS.flowRun, RUNS - 100);
const flow = idOf(KINDS.flow, 7);
const deployment = idOf(KINDS.deployment, 7);
const lastDay = { flow_runs: { expected_start_time: { after_: ago(24) } } };

const lists: readonly (readonly [path: string, body: object])[] = [
  ["/flow_runs/filter", { sort: "NEXT_SCHEDULED_START_TIME_ASC", flow_runs: { state: { type: { any_: ["SCHEDULED"] } } } }],
  ["/flow_runs/filter", { flow_runs: { state: { type: { any_: ["COMPLETED", "FAILED"] } }, tags: { all_: ["team-1"] } } }],
  ["/flow_runs/filter", { sort: "START_TIME_DESC", flow_runs: { state: { name: { any_: ["Crashed"] } } } }],
  ["/flow_runs/filter", { sort: "EXPECTED_START_TIME_DESC", flow_runs: { deployment_id: { any_: [deployment] } } }],
  ["/flow_runs/filter", { flows: { id: { any_: [flow] } }, sort: "EXPECTED_START_TIME_DESC" }],
  ["/flow_runs/filter", { flow_runs: { id: { any_: [run] } } }],
  ["/flow_runs/filter", { flow_runs: { name: { any_: ["run-7"] } } }],
  ["/flow_runs/filter", { sort: "START_TIME_DESC", flow_runs: { tags: { all_: ["no such tag"] } } }],
  ["/flow_runs/filter", { sort: "START_TIME_DESC", flow_runs: { tags: { any_: ["no such tag"] } } }],
  ["/flow_runs/filter", { flow_runs: { parent_flow_run_id: { any_: [run] } } }],
  ["/flow_runs/filter", { sort: "START_TIME_DESC", flow_runs: { start_time: { after_: ago(24), before_: ago(1) } } }],
  ["/flow_runs/filter", { sort: "EXPECTED_START_TIME_DESC", ...lastDay }],
  ["/flow_runs/paginate", { sort: "START_TIME_DESC", limit: 50, page: 3, ...lastDay }],
  ["/flow_runs/count", {}],
  ["/flow_runs/count", lastDay],
  ["/flow_runs/count", { flow_runs: { state: { type: { any_: ["SCHEDULED"] } }, expected_start_time: { after_: ago(24) } } }],
  ["/flow_runs/count", { flow_runs: { state: { name: { any_: ["Late"] } } } }],
  ["/flow_runs/lateness", lastDay],
  ["/flow_runs/history", day],
  ["/flow_runs/history", { ...day, ...lastDay }],
  ["/ui/flow_runs/history", { ...lastDay, limit: 200 }],
  ["/ui/flow_runs/count-task-runs", { flow_run_ids: [run] }],
  ["/flows/filter", { sort: "NAME_ASC" }],
  ["/flows/count", {}],
  ["/flows/paginate", { limit: 10 }],
  ["/flows/filter", { flow_runs: { expected_start_time: { after_: ago(24) } } }],
  ["/ui/flows/count-deployments", { flow_ids: [flow] }],
  ["/ui/flows/next-runs", { flow_ids: [flow, idOf(KINDS.flow, 8)] }],
  ["/task_runs/filter", { flow_runs: { id: { any_: [run] } } }],
  ["/task_runs/filter", { task_runs: { flow_run_id: { any_: [run] } }, sort: "EXPECTED_START_TIME_ASC" }],
  ["/task_runs/filter", { sort: "EXPECTED_START_TIME_DESC", task_runs: { state: { type: { any_: ["COMPLETED"] } } } }],
  ["/task_runs/filter", { task_runs: { tags: { all_: ["no such tag"] } } }],
  ["/task_runs/paginate", { limit: 50, task_runs: { flow_run_id: { any_: [run] } } }],
  ["/task_runs/count", { task_runs: { flow_run_id: { any_: [run] } } }],
  ["/task_runs/count", { task_runs: { start_time: { after_: ago(24) } } }],
  ["/task_runs/history", day],
  ["/ui/task_runs/dashboard/counts", { task_runs: { start_time: { after_: ago(24) } } }],
  ["/ui/task_runs/count", { task_runs: { start_time: { after_: ago(24) } } }],
  ["/logs/filter", { logs: { flow_run_id: { any_: [run] } }, sort: "TIMESTAMP_ASC" }],
  ["/artifacts/filter", {}],
  ["/v2/concurrency_limits/filter", {}],
  ["/events/filter", {}],
];

test.each(lists)("%s %j", (path, body) => staysBounded(path, body));

test.each(everyList(run))("$path $body", ({ path, body, served }) => staysBounded(path, body, served));

async function staysBounded(path: string, body: object, served = true): Promise<void> {
  seen.length = 0;
  const answer = await server.ask("POST", path, body);
  expect(answer.status, answer.text).toBeLessThan(300);
  const queries = seen.splice(0);
  expect(queries.length).toBeGreaterThan(0);
  for (const query of queries) {
    const { buffers, scanned } = await costOf(client, query);
    if (served)
      expect(
        scanned.filter((table) => LARGE.test(table)),
        query.text,
      ).toEqual([]);
    expect(buffers, query.text).toBeLessThan(MOST_BUFFERS);
    if (process.env["PLAN_RUNS"]) process.stderr.write(`${buffers} ${path} ${JSON.stringify(body)}\n`);
  }
}

test("a queue that chooses by tags, and whose slots are held by what it chose", async () => {
  const filter = { tags: ["team-1"], deployment_ids: null };
  const made = await server.ask("POST", "/work_queues/", { name: "by-tag", filter, concurrency_limit: 1_000_000 });
  const { id } = made.body as { id: string };
  await staysBounded(`/work_queues/${id}/get_runs`, { limit: 100 });
});
