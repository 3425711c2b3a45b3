import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFlow, makeRun, makeRunning, makeTaskRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";

describe("POST /ui/flow_runs/history", () => {
  const history = (body: object) => server.ask("POST", "/ui/flow_runs/history", body);

  it("lists runs with their times, the one expected last first", async () => {
    const flow_id = await makeFlow(server);
    const pending = await makeRun(server, { flow_id });
    const ended = await makeRunning(server, { flow_id });
    await setState(server, ended.id, { type: "COMPLETED" });
    const flows = { id: { any_: [flow_id] } };
    expect((await history({ flows })).body).toEqual([
      {
        id: ended.id,
        state_type: "COMPLETED",
        timestamp: expect.any(String),
        duration: expect.any(Number),
        lateness: expect.any(Number),
      },
      expect.objectContaining({ id: pending.id, state_type: "PENDING", timestamp: pending.expected_start_time, duration: 0 }),
    ]);
    expect((await history({ flows, sort: "EXPECTED_START_TIME_ASC", limit: 1 })).body).toMatchObject([{ id: pending.id }]);
    expect((await history({ flows, offset: 2 })).body).toEqual([]);
  });

  it.each([{ limit: 1001 }, { limit: -1 }, { offset: -1 }, { sort: "LENGTH" }])("refuses %j", async (body) => {
    expect((await history(body)).status).toBe(422);
  });
});

describe("POST /ui/flow_runs/count-task-runs", () => {
  it("counts task runs, those that stand for subflows excepted", async () => {
    const { id: flow_run_id } = await makeRunning(server);
    await makeTaskRun(server, { flow_run_id });
    const stand_in = await makeTaskRun(server, { flow_run_id });
    await makeRun(server, { parent_task_run_id: stand_in.id });
    const answer = await server.ask("POST", "/ui/flow_runs/count-task-runs", { flow_run_ids: [flow_run_id, missing] });
    expect(answer).toMatchObject({ status: 200, body: { [flow_run_id]: 1, [missing]: 0 } });
  });
});
