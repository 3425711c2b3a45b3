import type { JsonText } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { bodyOf, makeRunning, makeTaskRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";
const RUN = "11111111-1111-4111-8111-111111111111";

interface Made {
  id: string;
  key: string | null;
  created: string;
}

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(() => orion(sql`truncate orion.artifact, orion.artifact_collection, orion.outbox`));
afterAll(() => server.close());

const orion = <R>(statement: ReturnType<typeof sql>) => server.deps.databases.orion.system.compose<R>(() => statement);
const make = async (artifact: object) => (await server.ask("POST", "/artifacts/", artifact)).body as Made;
const latest = async (key: string) => (await server.ask("GET", `/artifacts/${key}/latest`)).body;
const collections = async () => (await server.ask("POST", "/artifacts/latest/filter")).body as (Made & { latest_id: string })[];

describe("an artifact", () => {
  it("is created whole or nearly empty", async () => {
    const whole = {
      key: "report",
      type: "markdown",
      description: "d",
      data: "# hi",
      metadata_: { a: "b" },
      flow_run_id: RUN,
      task_run_id: null,
    };
    const answer = await server.ask("POST", "/artifacts/", whole);
    expect(answer).toMatchObject({ status: 201, body: whole });
    const { id } = answer.body as Made;
    expect((await server.ask("GET", `/artifacts/${id}`)).body).toEqual(answer.body);
    expect(await make({})).toMatchObject({
      key: null,
      type: null,
      description: null,
      data: null,
      metadata_: null,
      flow_run_id: null,
    });
  });

  it("keeps its data as it was spelled", async () => {
    const data = '{"b":10.0,"a":[18446744073709551616,1e-7]}';
    const answer = await server.send({
      method: "POST",
      url: "/api/artifacts/",
      payload: `{"data":${data}}`,
      headers: { "content-type": "application/json" },
    });
    expect(answer.text).toContain(`"data":${data}`);
  });

  it("has its long metadata cut", async () => {
    const { id } = await make({ metadata_: { long: "x".repeat(501), exact: "y".repeat(500) } });
    const cut = { long: `${"x".repeat(500)}...`, exact: "y".repeat(500) };
    expect((await server.ask("GET", `/artifacts/${id}`)).body).toMatchObject({ metadata_: cut });
    await server.ask("PATCH", `/artifacts/${id}`, { metadata_: { long: "z".repeat(600) } });
    expect((await server.ask("GET", `/artifacts/${id}`)).body).toMatchObject({ metadata_: { long: `${"z".repeat(500)}...` } });
  });

  it("changes as far as was sent", async () => {
    const { id } = await make({ data: 1, description: "d", metadata_: { a: "b" } });
    expect((await server.ask("PATCH", `/artifacts/${id}`, { data: 2.5 })).status).toBe(204);
    expect((await server.ask("PATCH", `/artifacts/${id}`, { description: null })).status).toBe(204);
    expect((await server.ask("GET", `/artifacts/${id}`)).body).toMatchObject({
      data: 2.5,
      description: null,
      metadata_: { a: "b" },
    });
  });

  it.each([
    { method: "GET" as const, path: UNKNOWN },
    { method: "PATCH" as const, path: UNKNOWN },
    { method: "DELETE" as const, path: UNKNOWN },
    { method: "GET" as const, path: "unknown/latest" },
  ])("is not found by $method $path", async ({ method, path }) => {
    const answer = await server.ask(method, `/artifacts/${path}`, method === "PATCH" ? { data: 1 } : undefined);
    expect(answer).toMatchObject({ status: 404, body: { detail: "Artifact not found." } });
  });

  it.each([
    { body: { key: "A B" }, type: "value_error" },
    { body: { metadata_: { a: 1 } }, type: "string_type" },
    { body: { flow_run_id: "x" }, type: "uuid_parsing" },
    { body: { more: 1 }, type: "extra_forbidden" },
  ])("is refused with $type", async ({ body, type }) => {
    expect(await server.ask("POST", "/artifacts/", body)).toMatchObject({ status: 422, body: { exception_detail: [{ type }] } });
  });
});

describe("the latest of a key", () => {
  it("is the newest, and follows its changes", async () => {
    await make({ key: "k", data: 1 });
    const second = await make({ key: "k", data: 2 });
    expect(await latest("k")).toMatchObject({ id: second.id, data: 2 });
    await server.ask("PATCH", `/artifacts/${second.id}`, { data: 3 });
    expect(await latest("k")).toMatchObject({ data: 3 });
    expect(await collections()).toMatchObject([{ key: "k", latest_id: second.id, data: 3 }]);
  });

  it("is as old as the first of them", async () => {
    const [first] = [await make({ key: "old" }), await make({ key: "young" }), await make({ key: "old" })];
    expect(bodyOf(await server.ask("POST", "/artifacts/latest/filter", { sort: "CREATED_DESC" }))).toMatchObject([
      { key: "young" },
      { key: "old", created: first.created },
    ]);
  });

  it("is what a state carries, of flow runs and of task runs", async () => {
    const [run, task] = [await makeRunning(server), await makeTaskRun(server)];
    for (const path of [`/flow_runs/${run.id}`, `/task_runs/${task.id}`]) {
      const state = { type: "COMPLETED", data: { artifact_key: "carried", of: path } };
      expect(await server.ask("POST", `${path}/set_state`, { state })).toMatchObject({ body: { state: { data: { of: path } } } });
      expect(await latest("carried")).toMatchObject({ data: { of: path } });
    }
  });

  it("is the one before when it is deleted, and none after the last", async () => {
    const [first, second] = [await make({ key: "k", data: 1 }), await make({ key: "k", data: 2 })];
    expect((await server.ask("DELETE", `/artifacts/${second.id}`)).status).toBe(204);
    expect(await latest("k")).toMatchObject({ id: first.id, data: 1 });
    await server.ask("DELETE", `/artifacts/${first.id}`);
    expect(await collections()).toEqual([]);
  });

  it("stays when an older one is deleted", async () => {
    const [first, second] = [await make({ key: "k" }), await make({ key: "k" })];
    await server.ask("DELETE", `/artifacts/${first.id}`);
    expect(await latest("k")).toMatchObject({ id: second.id });
  });

  it("is one of them when many are made at once", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, data) => make({ key: "race", data })));
    const all = await collections();
    expect(all).toHaveLength(1);
    expect(made.map(({ id }) => id)).toContain(all[0]?.latest_id);
  });

  it("tells its story in events", async () => {
    const first = await make({ key: "told", type: "table", data: [1.0], flow_run_id: RUN });
    const second = await make({ key: "told", data: null });
    const [collection] = await collections();
    await server.ask("DELETE", `/artifacts/${second.id}`);
    await server.ask("DELETE", `/artifacts/${first.id}`);
    await make({ data: "without a key" });
    const rows = await orion<{ event: JsonText }>(sql`select event from orion.outbox order by position`);
    const story = (change: string, latestId: string) => ({
      event: `prefect.artifact-collection.${change}`,
      resource: { "prefect.resource.id": `prefect.artifact-collection.${collection?.id}`, "prefect.resource.name": "told" },
      related: [{ "prefect.resource.id": `prefect.artifact.${latestId}`, "prefect.resource.role": "latest" }],
    });
    const run = { "prefect.resource.id": `prefect.flow-run.${RUN}`, "prefect.resource.role": "flow-run" };
    const [a, b, c, d] = [
      story("created", first.id),
      story("updated", second.id),
      story("updated", first.id),
      story("deleted", first.id),
    ];
    expect(rows.map(({ event }) => event.value())).toMatchObject([
      { ...a, related: [...a.related, run], payload: { key: "told", type: "table", description: null, data: [1] } },
      { ...b, payload: { key: "told", type: null, description: null, data: null } },
      { ...c, related: [...c.related, run] },
      { ...d, related: [...d.related, run] },
    ]);
    const ids = await orion<{ id: string; named: string }>(sql`select id, event ->> 'id' as named from orion.outbox`);
    for (const { id, named } of ids) expect(named).toBe(id);
  });
});

describe("lists of artifacts", () => {
  let flowRun = "";
  beforeAll(async () => {
    const flow = (await server.ask("POST", "/flows/", { name: "maker" })).body as { id: string };
    flowRun = ((await server.ask("POST", "/flow_runs/", { flow_id: flow.id, name: "making" })).body as { id: string }).id;
  });
  beforeEach(async () => {
    await make({ key: "a", type: "markdown", flow_run_id: flowRun });
    await make({ key: "b", type: "table" });
    await make({ key: "b", type: "table", flow_run_id: RUN });
    await make({ type: null });
  });

  it.each([
    { body: { artifacts: { key: { exists_: true } } }, keys: ["a", "b", "b"] },
    { body: { artifacts: { key: { exists_: false } } }, keys: [null] },
    { body: { artifacts: { key: { like_: "A" } } }, keys: ["a"] },
    { body: { artifacts: { key: { any_: [] } } }, keys: [] },
    { body: { artifacts: { type: { not_any_: ["table"] } } }, keys: ["a"] },
    { body: { artifacts: { flow_run_id: { any_: [RUN] } } }, keys: ["b"] },
    { body: { artifacts: { operator: "or_", key: { any_: ["a"] }, flow_run_id: { any_: [RUN] } } }, keys: ["a", "b"] },
    { body: { flow_runs: {} }, keys: ["a"] },
    { body: { flow_runs: { name: { any_: ["making"] } }, flows: { name: { any_: ["maker"] } } }, keys: ["a"] },
    { body: { flows: { name: { any_: ["other"] } } }, keys: [] },
    { body: { deployments: {} }, keys: [] },
    { body: { task_runs: {} }, keys: [] },
    { body: { artifacts: null, limit: 2 }, keys: ["a", "b"] },
    { body: { offset: 3 }, keys: [null] },
  ])("answer $keys to $body", async ({ body, keys }) => {
    const answer = await server.ask("POST", "/artifacts/filter", { sort: "KEY_ASC", ...body });
    expect((answer.body as Made[]).map(({ key }) => key)).toEqual(keys);
    if ("limit" in body || "offset" in body) return;
    expect((await server.ask("POST", "/artifacts/count", body)).body).toBe(keys.length);
  });

  it("of keys show each once", async () => {
    const keys = async (body: object) =>
      ((await server.ask("POST", "/artifacts/latest/filter", body)).body as Made[]).map(({ key }) => key);
    expect(await keys({ sort: "KEY_DESC" })).toEqual(["b", "a"]);
    expect(await keys({ artifacts: { flow_run_id: { any_: [RUN] } } })).toEqual(["b"]);
    expect(await keys({ flow_runs: {} })).toEqual(["a"]);
    const [{ latest_id: id } = { latest_id: "" }] = await collections();
    expect(await keys({ artifacts: { latest_id: { any_: [id] } } })).toHaveLength(1);
    expect((await server.ask("POST", "/artifacts/latest/count")).body).toBe(2);
    expect((await server.ask("POST", "/artifacts/latest/count", { artifacts: { type: { any_: ["markdown"] } } })).body).toBe(1);
  });
});
