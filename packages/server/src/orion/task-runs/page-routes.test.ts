import { addSeconds } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRunning, makeTaskRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

async function ended(flow_run_id: string, type: string): Promise<void> {
  const { id } = await makeTaskRun(server, { flow_run_id });
  for (const state of [{ type: "RUNNING" }, { type }]) await server.ask("POST", `/task_runs/${id}/set_state`, { state });
}

describe("POST /ui/task_runs/count", () => {
  it("counts by state, and names every state", async () => {
    const { id: flow_run_id } = await makeRunning(server);
    await makeTaskRun(server, { flow_run_id });
    await ended(flow_run_id, "FAILED");
    const answer = await server.ask("POST", "/ui/task_runs/count", { flow_runs: { id: { any_: [flow_run_id] } } });
    expect(answer.body).toEqual({
      COMPLETED: 0,
      PENDING: 1,
      RUNNING: 0,
      FAILED: 1,
      CANCELLED: 0,
      CRASHED: 0,
      PAUSED: 0,
      CANCELLING: 0,
      SCHEDULED: 0,
    });
  });
});

describe("POST /ui/task_runs/dashboard/counts", () => {
  const counts = (body: object) => server.ask("POST", "/ui/task_runs/dashboard/counts", body);

  it("counts what ended in 20 buckets; crashes are failures, the rest is completed", async () => {
    const { id } = await makeRunning(server);
    for (const type of ["COMPLETED", "CANCELLED", "FAILED", "CRASHED"]) await ended(id, type);
    await makeTaskRun(server, { flow_run_id: id });
    const start_time = { after_: addSeconds(server.deps.clock.now(), -3600) };
    const answer = await counts({ task_runs: { start_time }, flow_runs: { id: { any_: [id] } } });
    expect(answer.body).toEqual([
      ...Array.from({ length: 19 }, () => ({ completed: 0, failed: 0 })),
      { completed: 2, failed: 2 },
    ]);
  });

  it("asks for the beginning", async () => {
    const detail = "task_runs.start_time.after_ is required";
    expect(await counts({ task_runs: {} })).toMatchObject({ status: 422, body: { detail } });
    expect((await counts({})).status).toBe(422);
  });
});

describe("GET /ui/task_runs/{id}", () => {
  it("adds the name of the flow run; null without one", async () => {
    const run = await makeRunning(server, { name: "whole" });
    const [inside, alone] = [
      await makeTaskRun(server, { flow_run_id: run.id }),
      await makeTaskRun(server, { flow_run_id: null }),
    ];
    expect((await server.ask("GET", `/ui/task_runs/${inside.id}`)).body).toMatchObject({ id: inside.id, flow_run_name: "whole" });
    expect((await server.ask("GET", `/ui/task_runs/${alone.id}`)).body).toMatchObject({ id: alone.id, flow_run_name: null });
    expect(await server.ask("GET", `/ui/task_runs/${run.id}`)).toMatchObject({ status: 404, body: { detail: "Task not found" } });
  });
});
