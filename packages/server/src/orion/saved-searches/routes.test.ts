import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";
const CRITERION = { object: "flow", property: "name", type: "string", operation: "equals", value: { a: [1, null] } };

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(() => server.deps.databases.orion.system.compose(() => sql`delete from orion.saved_search`));
afterAll(() => server.close());

const put = (body: object) => server.ask("PUT", "/saved_searches/", body);

describe("a saved search", () => {
  it("is saved under its name, and saved again", async () => {
    const first = await put({ name: "mine", filters: [{ ...CRITERION, more: 1 }] });
    expect(first).toMatchObject({ status: 201, body: { name: "mine", filters: [CRITERION] } });
    const { id } = first.body as { id: string };
    expect((await server.ask("GET", `/saved_searches/${id}`)).body).toEqual(first.body);
    expect(await put({ name: "mine" })).toMatchObject({ status: 200, body: { id, name: "mine", filters: [] } });
  });

  it("is listed by name and deleted once", async () => {
    const { id } = (await put({ name: "b" })).body as { id: string };
    await put({ name: "a" });
    const names = async (body?: object) =>
      ((await server.ask("POST", "/saved_searches/filter", body)).body as { name: string }[]).map(({ name }) => name);
    expect(await names()).toEqual(["a", "b"]);
    expect(await names({ limit: 1, offset: 1 })).toEqual(["b"]);
    expect((await server.ask("DELETE", `/saved_searches/${id}`)).status).toBe(204);
    expect((await server.ask("DELETE", `/saved_searches/${id}`)).status).toBe(404);
    expect(await names()).toEqual(["a"]);
  });

  it("is not found by another id", async () => {
    expect(await server.ask("GET", `/saved_searches/${UNKNOWN}`)).toMatchObject({
      status: 404,
      body: { detail: "Saved search not found" },
    });
  });

  it.each([
    { body: { name: "x", filters: [{ object: "flow" }] }, type: "missing" },
    { body: { name: "x", filters: null }, type: "list_type" },
    { body: { name: "x", more: 1 }, type: "extra_forbidden" },
  ])("is refused with $type", async ({ body, type }) => {
    const answer = await put(body);
    expect(answer.status).toBe(422);
    expect((answer.body as { exception_detail: { type: string }[] }).exception_detail[0]?.type).toBe(type);
  });
});
