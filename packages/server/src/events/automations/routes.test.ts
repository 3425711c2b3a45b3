import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const OTHER_WORKSPACE = "99999999-9999-4999-8999-999999999999";
const DEPLOYMENT = "prefect.deployment.7d6c7b8e-0000-4000-8000-000000000001";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const trigger = { type: "event", posture: "Reactive", within: 1.0, expect: ["a.*"] };
const actions = [{ type: "run-deployment", source: "inferred", parameters: { limit: 1.5 } }, { type: "do-nothing" }];

async function store(n: number, { workspace = DEFAULT_WORKSPACE_ID, resource = DEPLOYMENT, owned = false } = {}): Promise<void> {
  const { system } = server.deps.databases.events;
  await system.compose(
    () => sql`insert into events.automation (workspace_id, id, created, name, tags, trigger, actions)
      values (${workspace}, ${idOf(n)}, '2026-01-01'::timestamptz + ${n} * interval '1 s', ${`a${n}`}, '{x}',
        ${JSON.stringify(trigger)}::json, ${JSON.stringify(actions)}::json)`,
  );
  await system.compose(
    () => sql`insert into events.automation_related_resource (workspace_id, resource_id, automation_id, owned)
      values (${workspace}, ${resource}, ${idOf(n)}, ${owned})`,
  );
}

const relatedTo = (resource: string) => server.ask("GET", `/automations/related-to/${resource}`);

test("a resource that nothing names has no automations", async () => {
  expect(await relatedTo("prefect.deployment.unknown")).toMatchObject({ status: 200, body: [] });
});

test("the automations of a resource are those that name it and those that it owns, of this workspace, oldest first", async () => {
  await store(2, { owned: true });
  await store(1);
  await store(3, { resource: "prefect.deployment.other" });
  await store(4, { workspace: OTHER_WORKSPACE });
  const { status, body } = await relatedTo(DEPLOYMENT);
  expect(status).toBe(200);
  expect(body).toMatchObject([{ name: "a1" }, { name: "a2" }]);
  const [first] = body as unknown[];
  expect(first).toEqual({
    id: idOf(1),
    created: "2026-01-01T00:00:01Z",
    updated: expect.any(String),
    name: "a1",
    description: "",
    enabled: true,
    tags: ["x"],
    trigger,
    actions,
    actions_on_trigger: [],
    actions_on_resolve: [],
  });
});
