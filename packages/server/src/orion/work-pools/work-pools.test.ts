import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { beat, makePool, makeQueue, readPool, takeEvents } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(() => takeEvents(server));
afterAll(() => server.close());

const TEMPLATE = {
  job_configuration: { command: "{{ command }}", env: { A: "{{env}}" } },
  variables: { type: "object", properties: { command: { type: "string" }, env: { type: "string" } } },
};
const change = (name: string, body: object) => server.ask("PATCH", `/work_pools/${name}`, body);

describe("a work pool", () => {
  it("is created with a queue of its own, and says so", async () => {
    const pool = await makePool(server, { name: "new", description: "d", base_job_template: TEMPLATE, concurrency_limit: 3 });
    expect(pool).toMatchObject({
      name: "new",
      type: "process",
      description: "d",
      base_job_template: TEMPLATE,
      is_paused: false,
      status: "NOT_READY",
      concurrency_limit: 3,
      active_slots: 0,
      storage_configuration: { bundle_upload_step: null, bundle_execution_step: null, default_result_storage_block_id: null },
    });
    expect(await readPool(server, "new")).toEqual(pool);
    const queue = await server.ask("GET", `/work_queues/${pool.default_queue_id}`);
    expect(queue.body).toMatchObject({ name: "default", priority: 1, work_pool_id: pool.id, work_pool_name: "new" });
    expect(await takeEvents(server)).toEqual([
      "prefect.work-queue.created",
      "prefect.work-pool.created",
      "prefect.work-pool.not-ready",
    ]);
  });

  it("of the type that no worker serves has no status", async () => {
    expect(await makePool(server, { type: "prefect-agent" })).toMatchObject({ status: null });
  });

  it.each([
    [{ name: "Prefect-mine", type: "process" }, 403, "Work pools starting with 'Prefect' are reserved for internal use."],
    [{ name: "taken", type: "process" }, 409, "A work pool with this name already exists."],
  ])("is refused: %j", async (body, status, detail) => {
    await server.ask("POST", "/work_pools/", { name: "taken" });
    expect(await server.ask("POST", "/work_pools/", body)).toMatchObject({ status, body: { detail } });
  });

  it.each([
    [{ job_configuration: {} }, "must contain both a `job_configuration` key and a `variables` key"],
    [{ ...TEMPLATE, variables: { properties: { command: {} } } }, "undeclared variable(s): env."],
    [{ ...TEMPLATE, job_configuration: { a: ["{{ zz }}"] } }, "undeclared variable(s): zz."],
    [{ job_configuration: [1], variables: { properties: {} } }, "must be an object"],
  ])("is refused with the template %j", async (base_job_template, said) => {
    const answer = await server.ask("POST", "/work_pools/", { name: "templated", base_job_template });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(said);
  });

  it.each([
    [
      { properties: { command: { type: "string", default: 5 }, env: {} } },
      422,
      "Validation failed for work pool's job variable defaults:",
    ],
    [{ properties: { command: { type: "nonsense" }, env: {} } }, 422, "Invalid schema"],
    [
      { properties: { command: { default: { $ref: { block_document_id: "99999999-9999-4999-8999-999999999999" } } }, env: {} } },
      404,
      "Block not found.",
    ],
    [{ properties: { command: { default: { $ref: { block_document_id: "x" } } }, env: {} } }, 404, "Block not found."],
  ])("is refused with the variables %j", async (variables, status, said) => {
    const answer = await server.ask("POST", "/work_pools/", { name: "defaults", base_job_template: { ...TEMPLATE, variables } });
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(said);
  });

  it("is listed and counted by its filter", async () => {
    await makePool(server, { name: "list-b", type: "docker" });
    await makePool(server, { name: "list-a", type: "docker" });
    const work_pools = { type: { any_: ["docker"] } };
    const names = async (body: object) =>
      ((await server.ask("POST", "/work_pools/filter", body)).body as { name: string }[]).map(({ name }) => name);
    expect(await names({ work_pools })).toEqual(["list-a", "list-b"]);
    expect(await names({ work_pools, limit: 1, offset: 1 })).toEqual(["list-b"]);
    expect((await server.ask("POST", "/work_pools/count", { work_pools })).body).toBe(2);
  });

  it("is paused, again paused and goes on, ready only with a worker", async () => {
    const { name } = await makePool(server);
    await takeEvents(server);
    for (const is_paused of [true, true, false]) expect((await change(name, { is_paused })).status).toBe(204);
    expect(await readPool(server, name)).toMatchObject({ is_paused: false, status: "NOT_READY" });
    await beat(server, name);
    expect(await readPool(server, name)).toMatchObject({ status: "READY" });
    await change(name, { is_paused: true });
    await beat(server, name);
    expect(await readPool(server, name)).toMatchObject({ status: "PAUSED" });
    await change(name, { is_paused: false });
    expect(await readPool(server, name)).toMatchObject({ status: "READY" });
    expect((await takeEvents(server)).map((event) => event.slice("prefect.work-pool.".length))).toEqual([
      "paused",
      "paused",
      "not-ready",
      "ready",
      "paused",
      "ready",
    ]);
  });

  it("tells which fields changed, and nothing when none did", async () => {
    const { name } = await makePool(server, { description: "old" });
    await takeEvents(server);
    await change(name, { description: "old" });
    expect(await takeEvents(server)).toEqual([]);
    await change(name, { description: "new", concurrency_limit: 2, base_job_template: TEMPLATE });
    expect(await takeEvents(server)).toEqual(["prefect.work-pool.updated"]);
    expect(await readPool(server, name)).toMatchObject({ description: "new", concurrency_limit: 2, base_job_template: TEMPLATE });
    await change(name, { concurrency_limit: null, description: null });
    expect(await readPool(server, name)).toMatchObject({ description: null, concurrency_limit: null, active_slots: null });
  });

  it("keeps where its workers find bundles", async () => {
    const storage_configuration = {
      bundle_upload_step: { upload: { a: 1.0 } },
      bundle_execution_step: null,
      default_result_storage_block_id: "99999999-9999-4999-8999-999999999999",
    };
    const { name } = await makePool(server, { storage_configuration });
    expect(await readPool(server, name)).toMatchObject({ storage_configuration });
  });

  it.each([{ is_paused: null }, { base_job_template: null }, { storage_configuration: null }])(
    "does not lose what it must have: %j",
    async (body) => {
      const { name } = await makePool(server);
      expect((await change(name, body)).status).toBeOneOf([409, 422]);
    },
  );

  it("is deleted with its queues", async () => {
    const { name } = await makePool(server);
    const queue = await makeQueue(server, name);
    await takeEvents(server);
    expect((await server.ask("DELETE", `/work_pools/${name}`)).status).toBe(204);
    expect((await server.ask("GET", `/work_queues/${queue.id}`)).status).toBe(404);
    expect(await takeEvents(server)).toEqual([
      "prefect.work-queue.deleted",
      "prefect.work-queue.deleted",
      "prefect.work-pool.deleted",
    ]);
  });

  it.each([
    ["GET", "/work_pools/none", undefined],
    ["PATCH", "/work_pools/none", { is_paused: true }],
    ["DELETE", "/work_pools/none", undefined],
    ["POST", "/work_pools/none/queues", { name: "q" }],
    ["POST", "/work_pools/none/queues/filter", {}],
    ["POST", "/work_pools/none/get_scheduled_flow_runs", {}],
    ["POST", "/work_pools/none/workers/heartbeat", { name: "w" }],
    ["POST", "/work_pools/none/workers/filter", {}],
    ["DELETE", "/work_pools/none/workers/w", undefined],
  ] as const)("that is not there is told: %s %s", async (method, path, body) => {
    expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail: 'Work pool "none" not found.' } });
  });

  it.each([
    ["PATCH", { description: "x" }, "and can only be updated to set concurrency limits or pause."],
    ["DELETE", undefined, "and can not be deleted."],
  ] as const)("of the product's own is left alone: %s", async (method, body, said) => {
    const answer = await server.ask(method, "/work_pools/prefect-own", body);
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining(said) } });
  });
});
