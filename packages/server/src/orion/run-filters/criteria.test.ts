import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeFlow, makeRun, makeTaskRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const flow_id = await makeFlow(server);
  const run = await makeRun(server, { flow_id });
  const task = await makeTaskRun(server, { flow_run_id: run.id });
  const records = [
    ["/deployments/", { flow_id, name: "deployment" }],
    ["/work_pools/", { name: "pool", type: "process" }],
    ["/work_pools/pool/workers/heartbeat", { name: "worker" }],
    ["/artifacts/", { key: "k", flow_run_id: run.id, task_run_id: task.id }],
    ["/variables/", { name: "v", value: 1 }],
    ["/logs/", [{ name: "l", level: 20, message: "m", timestamp: "2026-01-01T00:00:00Z" }]],
  ] as const;
  for (const [path, body] of records) bodyOf(await server.ask("POST", path, body));
});
afterAll(() => server.close());

async function found(path: string, filters: object): Promise<number> {
  const answer = bodyOf<number | unknown[]>(await server.ask("POST", path, filters));
  return typeof answer === "number" ? answer : answer.length;
}

const RANGES = ["start_time", "end_time", "expected_start_time"];
const ARTIFACT = ["key", "flow_run_id", "task_run_id", "type"];
/** Routes that find one thing, with what each filters by. `id` or what stands for it comes first. */
const FILTERS = [
  ["/flows/count", "flows", ["id", "deployment", "name", "tags"]],
  ["/flow_runs/count", "flow_runs", ["id", "name", "tags", "deployment_id", "work_queue_name", "state", ...RANGES]],
  ["/flow_runs/count", "flow_runs", ["id", "flow_version", "next_scheduled_start_time", "parent_flow_run_id"]],
  ["/flow_runs/count", "flow_runs", ["id", "parent_task_run_id", "idempotency_key", "created_by"]],
  ["/task_runs/count", "task_runs", ["id", "name", "tags", "state", "subflow_runs", "flow_run_id", ...RANGES]],
  ["/deployments/count", "deployments", ["id", "name", "flow_or_deployment_name", "paused", "tags", "work_queue_name"]],
  ["/work_pools/count", "work_pools", ["id", "name", "type"]],
  ["/work_queues/filter", "work_queues", ["id", "name"]],
  ["/work_pools/pool/workers/filter", "workers", ["status", "last_heartbeat_time"]],
  ["/artifacts/count", "artifacts", ["id", ...ARTIFACT]],
  ["/artifacts/latest/count", "artifacts", ["latest_id", ...ARTIFACT]],
  ["/variables/count", "variables", ["id", "name", "tags"]],
  ["/logs/filter", "logs", ["flow_run_id", "level", "timestamp", "task_run_id"]],
] as const satisfies readonly (readonly [path: string, key: string, criteria: readonly string[]])[];

const cases = FILTERS.flatMap(([path, key, [id, ...others]]) => [
  { path, key, criterion: id, never: { [others[0] === "deployment" ? "name" : (others[0] ?? id)]: never(others[0]) } },
  ...others.map((criterion) => ({ path, key, criterion, never: { [id]: { any_: [] } } })),
]);

/** A criterion of that name that nothing here passes. */
function never(name: string | undefined): object {
  if (name === "level") return { ge_: 50 };
  return name === "last_heartbeat_time" ? { after_: "2999-01-01T00:00:00Z" } : { any_: [] };
}

describe("among alternatives", () => {
  it.each(cases)("$criterion of $path passes everything where it says nothing", async ({ path, key, criterion, never: no }) => {
    expect(await found(path, { [key]: { operator: "or_", ...no } })).toBe(0);
    expect(await found(path, { [key]: { operator: "or_", ...no, [criterion]: {} } })).toBe(1);
  });

  it("a state's type that says nothing leaves its name to decide", async () => {
    expect(await found("/flow_runs/count", { flow_runs: { state: { operator: "or_", type: {}, name: { any_: ["X"] } } } })).toBe(
      0,
    );
  });

  it.each([
    [{ name: { startswith_: [] } }, 1],
    [{ operator: "or_", name: { startswith_: [] }, id: { any_: [] } }, 0],
    [{ name: { startswith_: [], any_: [] } }, 0],
    [{ name: { startswith_: ["def"] } }, 1],
    [{ name: { startswith_: ["x"] } }, 0],
  ])("%j finds %d queues", async (work_queues, count) => {
    expect(await found("/work_queues/filter", { work_queues })).toBe(count);
  });
});
