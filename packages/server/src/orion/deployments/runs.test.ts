import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, type RunBody } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeDeployment } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  await server.ask("POST", "/variables/", { name: "city", value: { name: "Paris", size: 1 } });
});
afterAll(() => server.close());

const SCHEMA = {
  type: "object",
  properties: { a: { type: "integer", title: "a" }, b: { type: "string", default: "x" }, deep: { $ref: "#/definitions/Deep" } },
  required: ["a"],
  definitions: { Deep: { type: "object", properties: { list: { type: "array", items: { type: "integer" } } } } },
};

const run = (id: string, body: object) => server.ask("POST", `/deployments/${id}/create_flow_run`, body);

describe("a run of a deployment", () => {
  it("is scheduled for now, with the deployment's parameters under its own, and both their tags", async () => {
    const deployment = await makeDeployment(server, {
      tags: ["t"],
      parameters: { a: 1, b: 1 },
      labels: { l: "x" },
      version: "7",
      parameter_openapi_schema: SCHEMA,
      enforce_parameter_schema: false,
    });
    const answer = await run(deployment.id, { parameters: { a: 2 }, tags: ["own"], job_variables: { env: {} }, name: "named" });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        name: "named",
        deployment_id: deployment.id,
        deployment_version: "7",
        flow_id: deployment.flow_id,
        parameters: { a: 2, b: 1 },
        tags: ["t", "own"],
        job_variables: { env: {} },
        labels: { l: "x", "prefect.flow.id": deployment.flow_id, "prefect.deployment.id": deployment.id },
        state_type: "SCHEDULED",
        state: { name: "Scheduled", state_details: { scheduled_time: expect.any(String) } },
        auto_scheduled: false,
      },
    });
  });

  it("is made once for an idempotency key", async () => {
    const { id } = await makeDeployment(server);
    const first = await run(id, { idempotency_key: "once" });
    const second = await run(id, { idempotency_key: "once", parameters: { other: 1 }, enforce_parameter_schema: false });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect((second.body as RunBody).id).toBe((first.body as RunBody).id);
  });

  it("goes to a queue of its own, made where it is missing", async () => {
    await server.ask("POST", "/work_pools/", { name: "runs", type: "process" });
    const { id } = await makeDeployment(server, { work_pool_name: "runs" });
    expect(bodyOf<RunBody>(await run(id, { work_queue_name: "own" }))).toMatchObject({
      work_queue_name: "own",
      work_pool_name: "runs",
    });
    const alone = await makeDeployment(server);
    expect(await run(alone.id, { work_queue_name: "own" })).toMatchObject({
      status: 400,
      body: {
        detail: expect.stringMatching(/^Cannot create flow run in work queue own because deployment .* is not associated/),
      },
    });
  });
});

describe("parameters", () => {
  it.each([
    [{}, "Error creating flow run: Validation failed. Failure reason: 'a' is a required property"],
    [{ a: "x" }, "Error creating flow run: Validation failed for field 'a'. Failure reason: 'x' is not of type 'integer'"],
    [{ a: 1.5 }, "Error creating flow run: Validation failed for field 'a'. Failure reason: 1.5 is not of type 'integer'"],
    [
      { a: 1, deep: { list: [1, "2"] } },
      "Error creating flow run: Validation failed for field 'deep.list[1]'. Failure reason: '2' is not of type 'integer'",
    ],
  ])("that break the schema are refused: %j", async (parameters, detail) => {
    const { id } = await makeDeployment(server, { parameter_openapi_schema: SCHEMA });
    expect(await run(id, { parameters })).toMatchObject({ status: 409, body: { detail } });
    expect((await run(id, { parameters, enforce_parameter_schema: false })).status).toBe(201);
  });

  it("may be null where nothing says otherwise", async () => {
    const schema = { type: "object", properties: { optional: { type: "integer" } } };
    const { id } = await makeDeployment(server, { parameter_openapi_schema: schema });
    expect((await run(id, { parameters: { optional: null } })).status).toBe(201);
  });

  it("of a new deployment are checked where the request says so", async () => {
    const { flow_id } = await makeDeployment(server);
    const body = { name: "checked", flow_id, parameters: { a: "x" }, parameter_openapi_schema: SCHEMA };
    expect((await server.ask("POST", "/deployments/", body)).status).toBe(201);
    const refused = await server.ask("POST", "/deployments/", { ...body, enforce_parameter_schema: true });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        exception_detail: [
          { loc: ["body"], msg: "Value error, Validation failed for field 'a'. Failure reason: 'x' is not of type 'integer'" },
        ],
      },
    });
    const broken = { ...body, enforce_parameter_schema: true, parameters: {}, parameter_openapi_schema: { type: "no-type" } };
    expect(await server.ask("POST", "/deployments/", broken)).toMatchObject({
      status: 422,
      body: {
        exception_detail: [{ msg: expect.stringMatching(/^Value error, The provided schema is not a valid json schema\./) }],
      },
    });
  });

  it("of a deployment are checked when it changes", async () => {
    const { id } = await makeDeployment(server, { parameter_openapi_schema: SCHEMA });
    expect(await server.ask("PATCH", `/deployments/${id}`, { parameters: { a: [] } })).toMatchObject({
      status: 409,
      body: { detail: "Error updating deployment: Validation failed for field 'a'. Failure reason: [] is not of type 'integer'" },
    });
    expect((await server.ask("PATCH", `/deployments/${id}`, { parameters: { b: "y" } })).status).toBe(204);
    expect(
      await server.ask("PATCH", `/deployments/${id}`, { parameters: { a: { __prefect_kind: "json", value: "{" } } }),
    ).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^Error hydrating deployment parameters: Invalid JSON: /) },
    });
  });

  it("by a schema that leads back to itself are refused", async () => {
    const circular = {
      type: "object",
      properties: { a: { $ref: "#/definitions/A" } },
      definitions: { A: { $ref: "#/definitions/A" } },
    };
    const { id } = await makeDeployment(server, { parameter_openapi_schema: circular });
    expect(await run(id, { parameters: { a: 1 } })).toMatchObject({
      status: 422,
      body: { detail: "Invalid schema: Unable to validate schema with circular references." },
    });
  });

  it.each([
    [{ v: { __prefect_kind: "json", value: '{"n": 1.0}' } }, '{"v":{"n":1.0}}'],
    [{ v: { __prefect_kind: "workspace_variable", variable_name: "city" } }, '{"v":{"name":"Paris","size":1}}'],
    [{ v: { __prefect_kind: "jinja", template: "a{{ nothing }}b" } }, '{"v":"ab"}'],
    [{ v: { __prefect_kind: "none", value: { w: { __prefect_kind: "json", value: "[2]" } } } }, '{"v":{"w":[2]}}'],
    [{ v: { __prefect_kind: "json" }, list: [{ __prefect_kind: "workspace_variable" }, 1] }, '{"list":[1]}'],
    [{ v: { __prefect_kind: "unheard-of", value: 5 } }, '{"v":5}'],
  ])("are filled in: %j", async (parameters, text) => {
    const { id } = await makeDeployment(server, { enforce_parameter_schema: false });
    expect((await run(id, { parameters })).text).toContain(`"parameters":${text}`);
  });

  it.each([
    [{ __prefect_kind: "workspace_variable", variable_name: "zz" }, "Variable 'zz' not found in workspace."],
    [{ __prefect_kind: "none" }, "Missing 'value' key in __prefect object"],
    [{ __prefect_kind: "jinja" }, "Missing 'template' key in __prefect object"],
    [{ __prefect_kind: "jinja", template: "{{ a.b }}" }, /^Invalid jinja: /],
  ])("that cannot be filled in are refused: %j", async (value, said) => {
    const { id } = await makeDeployment(server, { enforce_parameter_schema: false });
    const answer = await run(id, { parameters: { v: value } });
    expect(answer.status).toBe(400);
    const { detail } = answer.body as { detail: string };
    expect(detail.replace("Error hydrating flow run parameters: ", "")).toMatch(said);
  });
});

describe("job variables", () => {
  const template = {
    job_configuration: { image: "{{ image }}", size: "{{ size }}" },
    variables: {
      type: "object",
      properties: { image: { type: "string" }, size: { type: "integer", default: 1 } },
      required: ["image"],
    },
  };

  it("are checked by the template of the pool, for what is missing only when a run is made", async () => {
    await server.ask("POST", "/work_pools/", { name: "templated", type: "docker", base_job_template: template });
    const { flow_id } = await makeDeployment(server);
    const body = { name: "d", flow_id, work_pool_name: "templated" };
    expect(await server.ask("POST", "/deployments/", { ...body, job_variables: { size: "big" } })).toMatchObject({
      status: 422,
      body: {
        detail:
          "Error creating deployment: Validation failed for field 'size'. Failure reason: 'big' is not valid under any of the given schemas",
      },
    });
    const { id } = bodyOf<{ id: string }>(await server.ask("POST", "/deployments/", { ...body, job_variables: { size: 3 } }));
    expect(await run(id, {})).toMatchObject({
      status: 422,
      body: { detail: "Error creating flow run: Validation failed. Failure reason: 'image' is a required property" },
    });
    expect((await run(id, { job_variables: { image: "python" } })).status).toBe(201);
  });
});

describe("many runs at once", () => {
  it("are made each by itself, and those that cannot be say why", async () => {
    const { id } = await makeDeployment(server, { parameter_openapi_schema: SCHEMA });
    const asked = [{ parameters: { a: 1 } }, { parameters: {} }, { parameters: { a: 2 }, work_queue_name: "q" }];
    expect(await server.ask("POST", `/deployments/${id}/create_flow_run/bulk`, asked)).toMatchObject({
      status: 200,
      body: {
        results: [
          { status: "CREATED", flow_run_id: expect.any(String), error: null },
          {
            status: "FAILED",
            flow_run_id: null,
            error: "Parameter validation failed: Validation failed. Failure reason: 'a' is a required property",
          },
          { status: "FAILED", error: expect.stringMatching(/^Cannot create flow run in work queue q/) },
        ],
      },
    });
  });

  it("are a hundred at most", async () => {
    const { id } = await makeDeployment(server);
    const many = Array.from({ length: 101 }, () => ({}));
    expect(await server.ask("POST", `/deployments/${id}/create_flow_run/bulk`, many)).toMatchObject({
      status: 400,
      body: { detail: "Cannot create more than 100 flow runs at once." },
    });
    expect(await server.ask("POST", `/deployments/${id}/create_flow_run/bulk`, [])).toMatchObject({ body: { results: [] } });
  });
});

describe("a form", () => {
  const validate = (schema: object, values: object) => server.ask("POST", "/ui/schemas/validate", { schema, values });

  it("is told what is wrong at each field", async () => {
    expect(await validate(SCHEMA, { b: 1, deep: { list: [1, "x"] } })).toMatchObject({
      status: 200,
      body: {
        valid: false,
        errors: [
          { property: "b", errors: ["1 is not of type 'string'"] },
          { property: "deep", errors: [{ property: "list", errors: [{ index: 1, errors: ["'x' is not of type 'integer'"] }] }] },
          { property: "a", errors: ["'a' is a required property"] },
        ],
      },
    });
    expect(await validate(SCHEMA, { a: 1 })).toMatchObject({ body: { valid: true, errors: [] } });
  });

  it("takes templates and knows the workspace's variables", async () => {
    const values = (a: object) => validate(SCHEMA, { a });
    expect(await values({ __prefect_kind: "jinja", template: "{{ x }}" })).toMatchObject({ body: { valid: true } });
    expect(await values({ __prefect_kind: "workspace_variable", variable_name: "zz" })).toMatchObject({
      body: { errors: [{ property: "a", errors: ["Variable 'zz' not found in workspace."] }] },
    });
  });

  it("with a schema that is none is refused", async () => {
    expect(await validate({ type: 5 }, {})).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/^Invalid schema: /) },
    });
  });
});
