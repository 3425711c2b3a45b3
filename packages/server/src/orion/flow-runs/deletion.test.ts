import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeFlow, makeRun, makeRunning, makeTaskRun, readRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";

describe("deleting a flow run", () => {
  it("takes its task runs and states along, and leaves its subflows as runs of their own", async () => {
    const run = await makeRunning(server);
    const task = await makeTaskRun(server, { flow_run_id: run.id });
    const child = await makeRun(server, { parent_task_run_id: task.id });
    expect((await server.ask("DELETE", `/flow_runs/${run.id}`)).status).toBe(204);
    expect((await server.ask("GET", `/task_runs/${task.id}`)).status).toBe(404);
    expect(bodyOf(await server.ask("GET", `/flow_run_states/?flow_run_id=${run.id}`))).toEqual([]);
    expect(await readRun(server, child.id)).toMatchObject({ parent_task_run_id: null });
  });

  it.each(["task_runs", "flows"] as const)(
    "'s subflows are runs of their own also when its place in %s is deleted",
    async (kind) => {
      const run = await makeRunning(server);
      const task = await makeTaskRun(server, { flow_run_id: run.id });
      const child = await makeRun(server, { parent_task_run_id: task.id });
      const gone = kind === "flows" ? run.flow_id : task.id;
      expect((await server.ask("DELETE", `/${kind}/${gone}`)).status).toBe(204);
      expect(await readRun(server, child.id)).toMatchObject({ parent_task_run_id: null });
    },
  );

  it("goes with its subflow where both are asked for", async () => {
    const run = await makeRunning(server);
    const task = await makeTaskRun(server, { flow_run_id: run.id });
    const child = await makeRun(server, { parent_task_run_id: task.id });
    const answer = await server.ask("POST", "/flow_runs/bulk_delete", { flow_runs: { id: { any_: [run.id, child.id] } } });
    expect(bodyOf<{ deleted: string[] }>(answer).deleted.toSorted()).toEqual([run.id, child.id].toSorted());
  });

  it("in bulk answers what it deleted", async () => {
    const flow_id = await makeFlow(server);
    const runs = [await makeRun(server, { flow_id }), await makeRun(server, { flow_id })].map(({ id }) => id);
    const answer = await server.ask("POST", "/flow_runs/bulk_delete", { flow_runs: { id: { any_: [...runs, missing] } } });
    expect((answer.body as { deleted: string[] }).deleted.toSorted()).toEqual(runs.toSorted());
  });
});
