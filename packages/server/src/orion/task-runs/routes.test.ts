import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OrchestrationResult } from "@praetor/wire";
import { bodyOf, makeFlow, makeRun, makeRunning, makeTaskRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";

async function setTaskState(id: string, state: object, force = false): Promise<OrchestrationResult & { httpStatus: number }> {
  const answer = await server.ask("POST", `/task_runs/${id}/set_state`, { state, force });
  return { ...bodyOf<OrchestrationResult>(answer), httpStatus: answer.status };
}

describe("a new task run", () => {
  it("is the same run for the same call of the same flow run, unchanged", async () => {
    const flow_run_id = (await makeRunning(server, { labels: { a: 1 } })).id;
    const asked = { flow_run_id, task_key: "t", dynamic_key: "0", name: "t-0" };
    const first = await server.ask("POST", "/task_runs/", asked);
    const again = await server.ask("POST", "/task_runs/", { ...asked, name: "other", state: { type: "RUNNING" } });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toMatchObject({ id: (first.body as { id: string }).id, name: "t-0", state_type: "PENDING" });
    expect(first.body).toMatchObject({ labels: { a: 1, "prefect.flow-run.id": flow_run_id } });
  });

  it("is the same run without a flow run, too", async () => {
    const asked = { flow_run_id: null, task_key: "alone", dynamic_key: "0" };
    const first = await server.ask("POST", "/task_runs/", asked);
    const again = await server.ask("POST", "/task_runs/", asked);
    expect([first.status, again.status]).toEqual([201, 200]);
  });

  it("of a flow run that does not exist is a conflict", async () => {
    expect((await server.ask("POST", "/task_runs/", { flow_run_id: missing, task_key: "t", dynamic_key: "0" })).status).toBe(409);
  });

  it("with the id of another is a conflict, and of the same call the same run", async () => {
    const { id } = await makeTaskRun(server, { flow_run_id: null, task_key: "named", dynamic_key: "0" });
    const asked = { id, flow_run_id: null, task_key: "named", dynamic_key: "0" };
    expect(await server.ask("POST", "/task_runs/", asked)).toMatchObject({ status: 200, body: { id } });
    expect((await server.ask("POST", "/task_runs/", { ...asked, dynamic_key: "1" })).status).toBe(409);
  });

  it("is told with less on a page than in a list", async () => {
    const { id } = await makeTaskRun(server);
    const task_runs = { id: { any_: [id] } };
    const [listed] = bodyOf<object[]>(await server.ask("POST", "/task_runs/filter", { task_runs }));
    const page = bodyOf<{ results: object[] }>(await server.ask("POST", "/task_runs/paginate", { task_runs }));
    expect(listed).toMatchObject({ id, run_count: 0, state: { type: "PENDING" } });
    expect(page.results[0]).toMatchObject({ id, state: { type: "PENDING" } });
    expect(page.results[0]).not.toHaveProperty("run_count");
  });

  it("keeps its inputs with what their kind is", async () => {
    const task = await makeTaskRun(server, { task_inputs: { x: [{ name: "p", more: 1 }] } });
    expect(task.task_inputs).toEqual({ x: [{ input_type: "parameter", name: "p" }] });
  });

  it.each([
    ["more than fifty delays", { empirical_policy: { retry_delay: Array.from({ length: 51 }, () => 1) } }],
    ["a negative jitter", { empirical_policy: { retry_jitter_factor: -1 } }],
    ["a cache key of 2001 characters", { cache_key: "x".repeat(2001) }],
  ])("with %s is refused", async (_, rest) => {
    const flow_run_id = (await makeRunning(server)).id;
    expect((await server.ask("POST", "/task_runs/", { flow_run_id, task_key: "t", dynamic_key: "0", ...rest })).status).toBe(422);
  });
});

describe("a task run's state", () => {
  it("moves while the flow run runs", async () => {
    const task = await makeTaskRun(server);
    expect(await setTaskState(task.id, { type: "RUNNING" })).toMatchObject({ httpStatus: 201, status: "ACCEPT" });
    expect(await setTaskState(task.id, { type: "COMPLETED" })).toMatchObject({ httpStatus: 201, status: "ACCEPT" });
    const states = bodyOf<{ type: string }[]>(await server.ask("GET", `/task_run_states/?task_run_id=${task.id}`));
    expect(states.map(({ type }) => type)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
  });

  it("does not run in a flow run that does not", async () => {
    const task = await makeTaskRun(server, { flow_run_id: (await makeRun(server)).id });
    expect(await setTaskState(task.id, { type: "RUNNING" })).toMatchObject({
      httpStatus: 200,
      status: "ABORT",
      details: { reason: "The enclosing flow must be running to begin task execution." },
    });
  });

  it("is answered from the cache when its key has a result, and not when a refresh is asked for", async () => {
    const flow_run_id = (await makeRunning(server)).id;
    const cached = { state_details: { cache_key: "the-key" } };
    const [first, second, third] = [
      await makeTaskRun(server, { flow_run_id }),
      await makeTaskRun(server, { flow_run_id }),
      await makeTaskRun(server, { flow_run_id }),
    ];
    await setTaskState(first.id, { type: "RUNNING", ...cached });
    await setTaskState(first.id, { type: "COMPLETED", data: { answer: 42 }, ...cached });
    expect(await setTaskState(second.id, { type: "RUNNING", ...cached })).toMatchObject({
      status: "REJECT",
      state: { type: "COMPLETED", name: "Cached", data: { answer: 42 } },
    });
    const refreshed = { state_details: { cache_key: "the-key", refresh_cache: true } };
    expect(await setTaskState(third.id, { type: "RUNNING", ...refreshed })).toMatchObject({ status: "ACCEPT" });
  });

  it("awaits a retry while retries are left", async () => {
    const task = await makeTaskRun(server, { empirical_policy: { retries: 1, retry_delay: 0 } });
    await setTaskState(task.id, { type: "RUNNING" });
    expect(await setTaskState(task.id, { type: "FAILED" })).toMatchObject({ status: "REJECT", state: { name: "AwaitingRetry" } });
    expect(await setTaskState(task.id, { type: "RUNNING" })).toMatchObject({ state: { name: "Retrying" } });
    expect(await setTaskState(task.id, { type: "FAILED" })).toMatchObject({ status: "ACCEPT", state: { type: "FAILED" } });
  });

  it("waits while a tag's limit is full, and is let through when a slot is free", async () => {
    await server.ask("POST", "/concurrency_limits/", { tag: "scarce", concurrency_limit: 1 });
    const flow_run_id = (await makeRunning(server)).id;
    const [first, second] = [
      await makeTaskRun(server, { flow_run_id, tags: ["scarce"] }),
      await makeTaskRun(server, { flow_run_id, tags: ["scarce"] }),
    ];
    expect(await setTaskState(first.id, { type: "RUNNING" })).toMatchObject({ status: "ACCEPT" });
    expect(await setTaskState(second.id, { type: "RUNNING" })).toMatchObject({ status: "WAIT" });
    await setTaskState(first.id, { type: "COMPLETED" });
    expect(await setTaskState(second.id, { type: "RUNNING" })).toMatchObject({ status: "ACCEPT" });
  });

  it("of a run that is not there is not found", async () => {
    const answer = await server.ask("POST", `/task_runs/${missing}/set_state`, { state: { type: "RUNNING" } });
    expect(answer).toMatchObject({ status: 404, body: { exception_message: `Task run with id ${missing} not found` } });
    expect(await server.ask("GET", `/task_run_states/${missing}`)).toMatchObject({ status: 404 });
  });
});

describe("task runs", () => {
  it("are read, renamed and deleted", async () => {
    const task = await makeTaskRun(server, { name: "old" });
    expect((await server.ask("PATCH", `/task_runs/${task.id}`, { name: "new" })).status).toBe(204);
    expect(await server.ask("GET", `/task_runs/${task.id}`)).toMatchObject({ body: { name: "new" } });
    expect((await server.ask("DELETE", `/task_runs/${task.id}`)).status).toBe(204);
    expect(await server.ask("GET", `/task_runs/${task.id}`)).toMatchObject({ status: 404, body: { detail: "Task not found" } });
    expect((await server.ask("PATCH", `/task_runs/${task.id}`, { name: "x" })).status).toBe(404);
  });

  it("are listed through their flows, and hidden without a flow run by an empty criterion", async () => {
    const flow_id = await makeFlow(server);
    const flow_run_id = (await makeRunning(server, { flow_id })).id;
    for (const name of ["a", "b"]) await makeTaskRun(server, { flow_run_id, name, tags: ["listed"] });
    await makeTaskRun(server, { flow_run_id: null, name: "alone", tags: ["listed"] });
    const tags = { all_: ["listed"] };
    const find = async (body: object) =>
      bodyOf<{ name: string }[]>(await server.ask("POST", "/task_runs/filter", { sort: "NAME_ASC", ...body })).map(
        ({ name }) => name,
      );
    expect(await find({ task_runs: { tags } })).toEqual(["a", "alone", "b"]);
    expect(await find({ task_runs: { tags, flow_run_id: {} } })).toEqual(["a", "b"]);
    expect(await find({ task_runs: { tags, flow_run_id: { is_null_: true } } })).toEqual(["alone"]);
    expect(await find({ flows: { id: { any_: [flow_id] } } })).toEqual(["a", "b"]);
    expect(await find({ flow_runs: { id: { any_: [flow_run_id] } }, limit: 1 })).toEqual(["a"]);
    expect(bodyOf(await server.ask("POST", "/task_runs/count", { task_runs: { tags } }))).toBe(3);
    const page = await server.ask("POST", "/task_runs/paginate", { task_runs: { tags }, sort: "NAME_ASC", limit: 1, page: 3 });
    expect(page.body).toMatchObject({ count: 3, pages: 3, results: [{ name: "b" }] });
  });

  it("are counted by time and state", async () => {
    const flow_run_id = (await makeRunning(server)).id;
    await makeTaskRun(server, { flow_run_id });
    const flow_runs = { id: { any_: [flow_run_id] } };
    const range = { history_start: Date.now() / 1000 - 60, history_end: Date.now() / 1000 + 60, history_interval_seconds: 120 };
    const buckets = bodyOf<{ states: { state_type: string; count_runs: number }[] }[]>(
      await server.ask("POST", "/task_runs/history", { ...range, flow_runs }),
    );
    expect(buckets.flatMap(({ states }) => states)).toMatchObject([{ state_type: "PENDING", count_runs: 1 }]);
  });

  it("are paused with their flow run", async () => {
    const run = await makeRunning(server);
    const task = await makeTaskRun(server, { flow_run_id: run.id });
    await setState(server, run.id, { type: "PAUSED" });
    expect(await setTaskState(task.id, { type: "RUNNING" })).toMatchObject({
      status: "REJECT",
      state: { type: "PAUSED", name: "NotReady" },
    });
  });
});
