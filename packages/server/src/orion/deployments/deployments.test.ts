import type { JsonText } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { bodyOf, makeFlow, type RunBody } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { scheduleRuns } from "../schedules/index.ts";
import { makeDeployment, readDeploymentBody, runsOf } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const HOURLY = { schedule: { interval: 3600 } };
const NO_ID = "00000000-0000-0000-0000-000000000001";
const ABSENT = `/deployments/${NO_ID}`;

async function scheduleAll(): Promise<void> {
  while (await scheduleRuns(server.deps));
}

interface Told {
  event: string;
  resource: Record<string, string>;
  related: Record<string, string>[];
  payload: Record<string, unknown>;
}

/** The events that wait to be told of a deployment, the earliest first. */
async function eventsOf(id: string): Promise<Told[]> {
  const rows = await server.deps.databases.orion.system.compose<{ event: JsonText }>(
    () => sql`select event from orion.outbox order by position`,
  );
  const events = rows.map(({ event }) => event.value() as Told);
  return events.filter(({ resource }) => resource["prefect.resource.id"] === `prefect.deployment.${id}`);
}

describe("a deployment is", () => {
  it("made with what was sent, and the rest as the original has it", async () => {
    const flow_id = await makeFlow(server, "etl", { labels: { team: "data" } });
    const answer = await server.ask("POST", "/deployments/", {
      name: "nightly",
      flow_id,
      tags: ["a"],
      parameters: { n: 1.5 },
      labels: { own: true },
      schedules: [{ schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin" }, slug: "night", parameters: { n: 2 } }],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: "nightly",
      flow_id,
      tags: ["a"],
      parameters: { n: 1.5 },
      labels: { team: "data", "prefect.flow.id": flow_id, own: true },
      paused: false,
      status: "NOT_READY",
      pull_steps: [],
      parameter_openapi_schema: {},
      enforce_parameter_schema: true,
      concurrency_limit: null,
      global_concurrency_limit: null,
      work_queue_name: null,
      schedules: [{ slug: "night", active: true, schedule: { cron: "0 3 * * *", timezone: "Europe/Berlin", day_or: true } }],
    });
    const { id } = answer.body as { id: string };
    expect(await server.ask("GET", "/deployments/name/etl/nightly")).toMatchObject({ status: 200, body: { id } });
    expect(await eventsOf(id)).toMatchObject([
      {
        event: "prefect.deployment.created",
        related: [{ "prefect.resource.role": "flow", "prefect.resource.name": "etl" }],
        payload: {},
      },
    ]);
  });

  it("changed by another request for its name, which keeps what it does not name", async () => {
    const { id, flow_id, name } = await makeDeployment(server, {
      tags: ["a"],
      parameters: { a: 1 },
      description: "d",
      paused: true,
    });
    const again = await server.ask("POST", "/deployments/", { name, flow_id, version: "2" });
    expect(again).toMatchObject({
      status: 200,
      body: { id, tags: ["a"], parameters: {}, description: "d", version: "2", paused: true, schedules: [] },
    });
    const told = await eventsOf(id);
    expect(told[1]?.payload).toEqual({
      updated_fields: ["parameters", "version"],
      updates: { parameters: { from: { a: 1 }, to: {} }, version: { from: null, to: "2" } },
    });
  });

  it.each([
    ["GET", ABSENT, undefined, "Deployment not found"],
    ["GET", "/deployments/name/no/such", undefined, "Deployment not found"],
    ["PATCH", ABSENT, {}, "Deployment not found."],
    ["DELETE", ABSENT, undefined, "Deployment not found"],
    ["GET", `${ABSENT}/schedules`, undefined, "Deployment not found."],
    ["POST", `${ABSENT}/schedules`, [], "Deployment not found."],
    ["PATCH", `${ABSENT}/schedules/${NO_ID}`, {}, "Deployment not found."],
    ["DELETE", `${ABSENT}/schedules/${NO_ID}`, undefined, "Deployment not found."],
    ["POST", `${ABSENT}/pause_deployment`, undefined, "Deployment not found"],
    ["POST", `${ABSENT}/resume_deployment`, undefined, "Deployment not found"],
    ["POST", `${ABSENT}/create_flow_run`, {}, "Deployment not found"],
    ["POST", `${ABSENT}/create_flow_run/bulk`, [], "Deployment not found"],
    ["GET", `${ABSENT}/work_queue_check`, undefined, "Deployment not found"],
    ["GET", `${ABSENT}/catch_up`, undefined, "Deployment not found"],
  ] as const)("%s %s: not found", async (method, path, body, detail) => {
    expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail } });
  });

  it.each([
    [{ work_pool_name: "nope" }, 404, 'Work pool "nope" not found.'],
    [{ global_concurrency_limit_id: NO_ID }, 404, "Concurrency limit not found"],
    [{ storage_document_id: NO_ID }, 409, /Could not find storage block with id/],
    [{ flow_id: NO_ID }, 409, /Data integrity conflict/],
  ])("refused with %j", async (rest, status, detail) => {
    const flow_id = await makeFlow(server);
    const answer = await server.ask("POST", "/deployments/", { name: "refused", flow_id, ...rest });
    expect(answer.status).toBe(status);
    expect((answer.body as { detail: string }).detail).toMatch(detail);
  });

  it("put into a queue of a pool, which is made where it is missing", async () => {
    await server.ask("POST", "/work_pools/", { name: "pool", type: "process" });
    expect(await makeDeployment(server, { work_pool_name: "pool" })).toMatchObject({
      work_pool_name: "pool",
      work_queue_name: "default",
    });
    const queued = await makeDeployment(server, { work_pool_name: "pool", work_queue_name: "fast" });
    expect(queued).toMatchObject({ work_pool_name: "pool", work_queue_name: "fast" });
    expect(await makeDeployment(server, { work_queue_name: "alone" })).toMatchObject({
      work_pool_name: "default-agent-pool",
      work_queue_name: "alone",
    });
    await server.ask("PATCH", `/deployments/${queued.id}`, { work_pool_name: null });
    expect(await readDeploymentBody(server, queued.id)).toMatchObject({ work_pool_name: null, work_queue_id: null });
  });

  it("given a limit of its own, which goes with it, or one that others share, which stays", async () => {
    const own = await makeDeployment(server, { concurrency_limit: 3, concurrency_options: { collision_strategy: "CANCEL_NEW" } });
    expect(own).toMatchObject({
      concurrency_limit: null,
      global_concurrency_limit: { name: `deployment:${own.id}`, limit: 3, active_slots: 0 },
      concurrency_options: { collision_strategy: "CANCEL_NEW", grace_period_seconds: null },
    });
    await server.ask("PATCH", `/deployments/${own.id}`, { concurrency_limit: 5 });
    expect(await readDeploymentBody(server, own.id)).toMatchObject({ global_concurrency_limit: { limit: 5 } });
    await server.ask("PATCH", `/deployments/${own.id}`, { concurrency_limit: null });
    expect(await readDeploymentBody(server, own.id)).toMatchObject({ global_concurrency_limit: null });
    expect((await server.ask("GET", `/v2/concurrency_limits/deployment:${own.id}`)).status).toBe(404);

    const limit = bodyOf<{ id: string }>(await server.ask("POST", "/v2/concurrency_limits/", { name: "shared", limit: 2 }));
    const sharing = await makeDeployment(server, { global_concurrency_limit_id: limit.id, concurrency_limit: null });
    expect(sharing).toMatchObject({ global_concurrency_limit: { id: limit.id, limit: 2 } });
    await server.ask("DELETE", `/deployments/${sharing.id}`);
    expect((await server.ask("GET", `/v2/concurrency_limits/${limit.id}`)).status).toBe(200);
  });

  it("deleted with its schedules and the runs that have not begun, by hand or scheduled", async () => {
    const { id } = await makeDeployment(server, { schedules: [HOURLY] });
    await scheduleAll();
    const begun = bodyOf<RunBody>(await server.ask("POST", `/deployments/${id}/create_flow_run`, { state: { type: "RUNNING" } }));
    await server.ask("POST", `/deployments/${id}/create_flow_run`, {});
    expect((await runsOf(server, id)).length).toBeGreaterThan(3);
    expect((await server.ask("DELETE", `/deployments/${id}`)).status).toBe(204);
    expect((await runsOf(server, id)).map((run) => run.id)).toEqual([begun.id]);
    expect((await eventsOf(id)).at(-1)).toMatchObject({ event: "prefect.deployment.deleted" });
  });
});

test("lists, pages, counts and deletes by what filters say", async () => {
  const flow_id = await makeFlow(server, "listed");
  for (const name of ["b", "a", "c"])
    await makeDeployment(server, { flow_id, name, tags: [`listed-${name}`], schedules: [HOURLY] });
  const flows = { name: { any_: ["listed"] } };
  const names = (answer: { body: unknown }) => (answer.body as { name: string }[]).map(({ name }) => name);
  expect(names(await server.ask("POST", "/deployments/filter", { flows }))).toEqual(["a", "b", "c"]);
  expect(names(await server.ask("POST", "/deployments/filter", { flows, sort: "NAME_DESC", limit: 2, offset: 1 }))).toEqual([
    "b",
    "a",
  ]);
  expect(
    await server.ask("POST", "/deployments/count", { flows, deployments: { tags: { any_: ["listed-a", "listed-b"] } } }),
  ).toMatchObject({
    body: 2,
  });
  expect(await server.ask("POST", "/deployments/paginate", { flows, limit: 2, page: 2 })).toMatchObject({
    body: { count: 3, pages: 2, page: 2, limit: 2, results: [{ name: "c", schedules: [{ active: true }] }] },
  });
  const gone = bodyOf<{ deleted: string[] }>(
    await server.ask("POST", "/deployments/bulk_delete", { deployments: { tags: { all_: ["listed-a"] } } }),
  );
  expect(gone.deleted).toHaveLength(1);
  expect(names(await server.ask("POST", "/deployments/filter", { flows }))).toEqual(["b", "c"]);
});

test("a pause takes the runs that schedules have made, and an end of it makes them again", async () => {
  const { id } = await makeDeployment(server, { schedules: [HOURLY] });
  await scheduleAll();
  expect(await runsOf(server, id)).toHaveLength(3);
  expect(await server.ask("POST", `/deployments/${id}/pause_deployment`)).toMatchObject({ status: 200, body: null });
  await scheduleAll();
  expect(await runsOf(server, id)).toEqual([]);
  expect(await readDeploymentBody(server, id)).toMatchObject({ paused: true, schedules: [{ active: true }] });
  await server.ask("POST", `/deployments/${id}/resume_deployment`);
  await scheduleAll();
  expect(await runsOf(server, id)).toHaveLength(3);
});

test("what a runner serves is offered to it and counts as ready", async () => {
  const { id } = await makeDeployment(server);
  const scheduled_time = new Date(Date.now() - 5000).toISOString();
  const state = { type: "SCHEDULED", state_details: { scheduled_time } };
  const due = bodyOf<RunBody>(await server.ask("POST", `/deployments/${id}/create_flow_run`, { state }));
  const later = { type: "SCHEDULED", state_details: { scheduled_time: new Date(Date.now() + 3_600_000).toISOString() } };
  await server.ask("POST", `/deployments/${id}/create_flow_run`, { state: later });
  const offered = await server.ask("POST", "/deployments/get_scheduled_flow_runs", {
    deployment_ids: [id],
    scheduled_before: new Date().toISOString(),
  });
  expect(offered).toMatchObject({ status: 200, body: [{ id: due.id, state: { type: "SCHEDULED" } }] });
  expect(offered.body).toHaveLength(1);
  expect(await readDeploymentBody(server, id)).toMatchObject({ status: "READY", last_polled: expect.any(String) });
});

test("queues of long ago choose deployments by tags and ids", async () => {
  const { id } = await makeDeployment(server, { tags: ["x", "y"] });
  for (const [name, filter] of [
    ["by-tag", { tags: ["x"] }],
    ["by-other-tag", { tags: ["z"] }],
    ["by-id", { deployment_ids: [id] }],
  ] as const) {
    bodyOf(await server.ask("POST", "/work_queues/", { name, filter }));
  }
  const found = bodyOf<{ name: string }[]>(await server.ask("GET", `/deployments/${id}/work_queue_check`));
  expect(found.map(({ name }) => name)).toEqual(["by-id", "by-tag"]);
});

test("the policy for runs that an outage has passed over is kept beside the deployment", async () => {
  const { id, flow_id, name } = await makeDeployment(server);
  expect((await server.ask("GET", `/deployments/${id}/catch_up`)).body).toEqual({ policy: "none", seconds: null });
  expect((await server.ask("PUT", `/deployments/${id}/catch_up`, { policy: "recent", seconds: 600 })).status).toBe(204);
  await makeDeployment(server, { flow_id, name });
  expect((await server.ask("GET", `/deployments/${id}/catch_up`)).body).toEqual({ policy: "recent", seconds: 600 });
  expect((await server.ask("PUT", `/deployments/${id}/catch_up`, { policy: "all", seconds: 600 })).status).toBe(422);
});
