import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, makeFlow, makeRun, makeRunning, makeTaskRun, readRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";

describe("a new flow run", () => {
  it("is PENDING, has a name of two words, and inherits its flow's labels", async () => {
    const flow_id = await makeFlow(server, "parent", { labels: { team: "data" } });
    const answer = await server.ask("POST", "/flow_runs/", { flow_id, labels: { own: 1 } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: expect.stringMatching(/^[a-z]+-[a-z]+$/),
      state: { type: "PENDING", name: "Pending" },
      labels: { team: "data", "prefect.flow.id": flow_id, own: 1 },
      run_count: 0,
      parameters: {},
    });
    expect(await readRun(server, bodyOf<{ id: string }>(answer).id)).toMatchObject({ state: { type: "PENDING" } });
  });

  it("is the same run for the same idempotency key, unchanged, and another under another flow", async () => {
    const [one, other] = [await makeFlow(server), await makeFlow(server)];
    const first = await server.ask("POST", "/flow_runs/", { flow_id: one, idempotency_key: "k", name: "first" });
    const again = await server.ask("POST", "/flow_runs/", { flow_id: one, idempotency_key: "k", name: "second" });
    const elsewhere = await server.ask("POST", "/flow_runs/", { flow_id: other, idempotency_key: "k" });
    expect([first.status, again.status, elsewhere.status]).toEqual([201, 200, 201]);
    expect(again.body).toMatchObject({ id: (first.body as { id: string }).id, name: "first" });
  });

  it("is one run however many ask at once", async () => {
    const flow_id = await makeFlow(server);
    const asked = Array.from({ length: 20 }, () => server.ask("POST", "/flow_runs/", { flow_id, idempotency_key: "race" }));
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ body }) => (body as { id: string }).id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it("of a flow that does not exist is a conflict", async () => {
    const answer = await server.ask("POST", "/flow_runs/", { flow_id: missing });
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining("Data integrity conflict") } });
  });

  it("in a work pool that does not exist is not found", async () => {
    const answer = await server.ask("POST", "/flow_runs/", { flow_id: await makeFlow(server), work_pool_name: "nope" });
    expect(answer).toMatchObject({ status: 404, body: { detail: 'Work pool "nope" not found.' } });
  });

  it.each([
    [{ work_pool_name: "nope", work_queue_name: "q" }, 404, { detail: "Work pool queue 'nope/q' not found." }],
    [{ work_pool_name: "nope", work_queue_name: "" }, 404, { detail: 'Work pool "nope" not found.' }],
    [{ work_pool_name: "", work_queue_name: "q" }, 201, { work_pool_name: null, work_queue_name: "q" }],
    [{ work_pool_name: "place", work_queue_name: "q" }, 404, { detail: "Work pool queue 'place/q' not found." }],
    [{ work_pool_name: "place", work_queue_name: "" }, 201, { work_pool_name: "place", work_queue_name: "default" }],
  ])("goes where %j says: %d", async (place, status, body) => {
    await server.ask("POST", "/work_pools/", { name: "place", type: "process" });
    const flow_id = await makeFlow(server);
    expect(await server.ask("POST", "/flow_runs/", { flow_id, ...place })).toMatchObject({ status, body });
  });

  it("keeps parameters as they were spelled", async () => {
    const flow_id = await makeFlow(server);
    const payload = `{"flow_id":"${flow_id}","parameters":{"z":1.0,"10":2,"a":18446744073709551616,"e":1e2}}`;
    const made = await server.send({ method: "POST", url: "/api/flow_runs/", payload });
    const read = await server.ask("GET", `/flow_runs/${bodyOf<{ id: string }>(made).id}`);
    for (const { text } of [made, read]) expect(text).toContain('"parameters":{"z":1.0,"10":2,"a":18446744073709551616,"e":1e2}');
  });

  it("scheduled for later waits to run until then", async () => {
    const scheduled_time = "2099-01-01T00:00:00Z";
    const run = await makeRun(server, { state: { type: "SCHEDULED", state_details: { scheduled_time } } });
    expect(run).toMatchObject({ next_scheduled_start_time: scheduled_time, expected_start_time: scheduled_time });
    expect(await setState(server, run.id, { type: "RUNNING" })).toMatchObject({ httpStatus: 200, status: "WAIT" });
  });

  it("with parameters beyond the limit is refused", async () => {
    const parameters = { text: "x".repeat(600_000) };
    const answer = await server.ask("POST", "/flow_runs/", { flow_id: await makeFlow(server), parameters });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("must be less than 524,288 bytes");
  });
});

describe("a change to a flow run", () => {
  it("writes only the keys that were sent", async () => {
    const run = await makeRun(server, { name: "before", tags: ["a"] });
    expect((await server.ask("PATCH", `/flow_runs/${run.id}`, { flow_version: "2" })).status).toBe(204);
    expect(await readRun(server, run.id)).toMatchObject({ name: "before", tags: ["a"], flow_version: "2" });
    await server.ask("PATCH", `/flow_runs/${run.id}`, { infrastructure_pid: "77", empirical_policy: { retries: 3 } });
    expect(await readRun(server, run.id)).toMatchObject({ infrastructure_pid: "77", empirical_policy: { retries: 3 } });
  });

  it("gives a name when the name is taken away", async () => {
    const run = await makeRun(server, { name: "named" });
    await server.ask("PATCH", `/flow_runs/${run.id}`, { name: null });
    expect((await readRun(server, run.id)).name).toMatch(/^[a-z]+-[a-z]+$/);
  });

  it("merges labels", async () => {
    const run = await makeRun(server, { labels: { a: 1 } });
    expect((await server.ask("PATCH", `/flow_runs/${run.id}/labels`, { b: 2 })).status).toBe(204);
    expect((await readRun(server, run.id)).labels).toMatchObject({ a: 1, b: 2 });
    const unknown = await server.ask("PATCH", `/flow_runs/${missing}/labels`, { b: 2 });
    expect(unknown).toMatchObject({ status: 404, body: { exception_message: `Flow run with id ${missing} not found` } });
  });

  it("to job variables waits for a deployment, and ends when the run begins", async () => {
    const running = await makeRunning(server);
    const scheduled = await makeRun(server, { state: { type: "SCHEDULED" } });
    const change = (id: string) => server.ask("PATCH", `/flow_runs/${id}`, { job_variables: { x: 1 } });
    expect(await change(running.id)).toMatchObject({
      status: 400,
      body: { detail: "Job variables for a flow run in state RUNNING cannot be updated" },
    });
    expect(await change(scheduled.id)).toMatchObject({
      status: 400,
      body: { detail: "A deployment for the flow run could not be found" },
    });
    expect((await server.ask("PATCH", `/flow_runs/${running.id}`, { job_variables: null })).status).toBe(204);
    expect(await readRun(server, running.id)).toMatchObject({ job_variables: null });
  });

  it.each([
    ["PATCH", `/flow_runs/${missing}`, { name: "x" }],
    ["GET", `/flow_runs/${missing}`, undefined],
    ["DELETE", `/flow_runs/${missing}`, undefined],
  ] as const)("is 404 for a run that is not there: %s %s", async (method, path, body) => {
    expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail: "Flow run not found" } });
  });
});

describe("lists of flow runs", () => {
  it("sort, page, count and filter by state, name, tag, time and parent", async () => {
    const flow_id = await makeFlow(server);
    const flows = { id: { any_: [flow_id] } };
    const names = ["a", "b", "c"];
    for (const name of names) await makeRun(server, { flow_id, name, tags: [name, "all"] });
    const find = async (body: object) =>
      bodyOf<{ name: string }[]>(await server.ask("POST", "/flow_runs/filter", { flows, sort: "NAME_ASC", ...body })).map(
        ({ name }) => name,
      );
    expect(await find({})).toEqual(names);
    expect(await find({ sort: "NAME_DESC", limit: 2 })).toEqual(["c", "b"]);
    expect(await find({ flow_runs: { name: { like_: "B" } } })).toEqual(["b"]);
    expect(await find({ flow_runs: { tags: { any_: ["a", "c"] } } })).toEqual(["a", "c"]);
    expect(await find({ flow_runs: { tags: { all_: ["a", "all"] } } })).toEqual(["a"]);
    expect(await find({ flow_runs: { state: { type: { any_: [] } } } })).toEqual([]);
    expect(await find({ flow_runs: { state: { type: { not_any_: [] } } } })).toEqual(names);
    expect(await find({ flow_runs: { operator: "or_", name: { any_: ["a"] }, tags: { all_: ["c"] } } })).toEqual(["a", "c"]);
    expect(await find({ flow_runs: { start_time: { after_: "2000-01-01 00:00:00+00:00" } } })).toEqual(names);
    expect(await find({ flow_runs: { expected_start_time: { before_: 946684800 } } })).toEqual([]);
    expect(bodyOf(await server.ask("POST", "/flow_runs/count", { flows }))).toBe(3);
    const page = await server.ask("POST", "/flow_runs/paginate", { flows, sort: "NAME_ASC", limit: 2, page: 2 });
    expect(page.body).toMatchObject({ count: 3, pages: 2, results: [{ name: "c" }] });
  });

  it("average the lateness in seconds, null over nothing", async () => {
    const nobody = { flow_runs: { id: { any_: [] } } };
    expect(await server.ask("POST", "/flow_runs/lateness", nobody)).toMatchObject({ status: 200, text: "null" });
    const late = await makeRun(server, {
      state: { type: "SCHEDULED", state_details: { scheduled_time: "2020-01-01T00:00:00Z" } },
    });
    const answer = await server.ask("POST", "/flow_runs/lateness", { flow_runs: { id: { any_: [late.id] } } });
    expect(answer.body).toBeGreaterThan(5 * 365 * 24 * 3600);
  });

  it("count by time and state, empty buckets among them", async () => {
    const flow_id = await makeFlow(server);
    const at = (scheduled_time: string) =>
      makeRun(server, { flow_id, state: { type: "SCHEDULED", state_details: { scheduled_time } } });
    for (const time of ["2090-01-01T00:00:00Z", "2090-01-01T00:59:59Z", "2090-01-01T02:00:00Z"]) await at(time);
    const range = { history_start: "2090-01-01T00:00:00Z", history_end: "2090-01-01T03:00:00Z", history_interval_seconds: 3600 };
    const answer = await server.ask("POST", "/flow_runs/history", { ...range, flows: { id: { any_: [flow_id] } } });
    const buckets = bodyOf<{ interval_start: string; states: { count_runs: number }[] }[]>(answer);
    expect(buckets.map(({ states }) => states.map(({ count_runs }) => count_runs))).toEqual([[2], [], [1]]);
    expect(buckets[1]?.interval_start).toBe("2090-01-01T01:00:00Z");
    const refused = await server.ask("POST", "/flow_runs/history", { ...range, history_interval_seconds: 0.5 });
    expect(refused).toMatchObject({ status: 422, body: { detail: "History interval must not be less than 1 second." } });
  });
});

describe("the graph of a run", () => {
  it("joins task runs by their inputs, and shows a subflow in the place of its task run", async () => {
    const run = await makeRunning(server);
    const first = await makeTaskRun(server, { flow_run_id: run.id, name: "first" });
    const tracking = await makeTaskRun(server, {
      flow_run_id: run.id,
      name: "child-0",
      task_inputs: { x: [{ input_type: "task_run", id: first.id }] },
    });
    const child = await makeRun(server, { parent_task_run_id: tracking.id, name: "child" });
    const last = await makeTaskRun(server, {
      flow_run_id: run.id,
      name: "last",
      task_inputs: { y: [{ input_type: "task_run", id: tracking.id }] },
    });
    const graph = bodyOf<{
      root_node_ids: string[];
      nodes: [string, { kind: string; parents: object[]; children: object[] }][];
      states: object[];
    }>(await server.ask("GET", `/flow_runs/${run.id}/graph-v2`));
    const nodes = Object.fromEntries(graph.nodes);
    expect(graph.root_node_ids).toEqual([first.id]);
    expect(nodes[child.id]).toMatchObject({ kind: "flow-run", parents: [{ id: first.id }], children: [{ id: last.id }] });
    expect(nodes[first.id]).toMatchObject({ kind: "task-run", children: [{ id: child.id }] });
    expect(graph.states).toHaveLength(2);
    const dependencies = bodyOf<{ id: string; upstream_dependencies: object[] }[]>(
      await server.ask("GET", `/flow_runs/${run.id}/graph`),
    );
    expect(dependencies.find(({ id }) => id === last.id)?.upstream_dependencies).toEqual([
      { input_type: "task_run", id: tracking.id },
    ]);
  });

  it("of a run that is not there is not found", async () => {
    const answer = await server.ask("GET", `/flow_runs/${missing}/graph-v2`);
    expect(answer).toMatchObject({ status: 404, body: { exception_message: `Flow run ${missing} not found` } });
  });
});

describe("many runs at once", () => {
  it("take one proposed state, each with its own verdict", async () => {
    const flow_id = await makeFlow(server);
    const [running, fresh] = [await makeRunning(server, { flow_id }), await makeRun(server, { flow_id })];
    const answer = await server.ask("POST", "/flow_runs/bulk_set_state", {
      flow_runs: { id: { any_: [running.id, fresh.id] } },
      state: { type: "PAUSED" },
    });
    const results = bodyOf<{ results: { flow_run_id: string; status: string }[] }>(answer).results;
    expect(Object.fromEntries(results.map(({ flow_run_id, status }) => [flow_run_id, status]))).toEqual({
      [running.id]: "ACCEPT",
      [fresh.id]: "REJECT",
    });
  });

  it("keep each state readable by its id", async () => {
    const run = await readRun(server, (await makeRunning(server)).id);
    expect(await server.ask("GET", `/flow_run_states/${run.state_id}`)).toMatchObject({
      status: 200,
      body: { id: run.state_id, type: "RUNNING" },
    });
    expect(await server.ask("GET", `/flow_run_states/${missing}`)).toMatchObject({
      status: 404,
      body: { detail: "Flow run state not found" },
    });
  });
});
