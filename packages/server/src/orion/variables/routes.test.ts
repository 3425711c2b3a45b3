import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonText } from "@praetor/wire";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const send = (method: "POST" | "PATCH", url: string, payload: string) =>
  server.send({ method, url: `/api${url}`, payload, headers: { "content-type": "application/json" } });

describe("a variable", () => {
  it("is created, read, changed and deleted, by name and by id", async () => {
    const created = await server.ask("POST", "/variables/", { name: "life", value: 1, tags: ["a"] });
    expect(created).toMatchObject({ status: 201, body: { name: "life", value: 1, tags: ["a"] } });
    const { id } = created.body as { id: string };
    expect((await server.ask("PATCH", "/variables/name/life", { value: [true] })).status).toBe(204);
    expect((await server.ask("PATCH", `/variables/${id}`, { name: "lives", tags: [] })).status).toBe(204);
    expect((await server.ask("GET", `/variables/${id}`)).body).toMatchObject({ name: "lives", value: [true], tags: [] });
    expect((await server.ask("GET", "/variables/name/life")).status).toBe(404);
    expect((await server.ask("DELETE", "/variables/name/lives")).status).toBe(204);
    expect(await server.ask("DELETE", `/variables/${id}`)).toMatchObject({
      status: 404,
      body: { detail: "Variable not found." },
    });
  });

  it("keeps its value as it was spelled", async () => {
    const value = '{"b":1.0,"a":[18446744073709551615,null,1e2]}';
    expect((await send("POST", "/variables/", `{"name":"spelled","value":${value}}`)).text).toContain(`"value":${value}`);
    expect((await server.ask("GET", "/variables/name/spelled")).text).toContain(`"value":${value}`);
  });

  it.each([
    { body: { name: "life" }, type: "missing", msg: "Field required" },
    {
      body: { name: "No", value: 1 },
      type: "value_error",
      msg: "Value error, Variable name must only contain lowercase letters, numbers, and dashes or underscores.",
    },
    {
      body: { name: "a".repeat(256), value: 1 },
      type: "too_long",
      msg: "Value should have at most 255 items after validation, not 256",
    },
    {
      body: { name: "a", value: "x".repeat(4999) },
      type: "value_error",
      msg: "Value error, Variable value must be less than 5000 characters",
    },
    { body: { name: "a", value: 1, more: 1 }, type: "extra_forbidden", msg: "Extra inputs are not permitted" },
    { body: { name: "a", value: 1, tags: null }, type: "list_type", msg: "Input should be a valid list" },
  ])("is refused with $type", async ({ body, type, msg }) => {
    const answer = await server.ask("POST", "/variables/", body);
    expect(answer).toMatchObject({ status: 422, body: { exception_detail: [{ type, msg }] } });
  });

  it.each([
    { value: "18446744073709551616", status: 422 },
    { value: "-9223372036854775809", status: 422 },
    { value: "[-9223372036854775808,1e400,123456789012345678901.5]", status: 201 },
    { value: '"18446744073709551616"', status: 201 },
  ])("of $value is answered with $status: integers must fit 64 bits", async ({ value, status }) => {
    expect((await send("POST", "/variables/", `{"name":"integer-${crypto.randomUUID()}","value":${value}}`)).status).toBe(status);
  });

  it("is measured in its shortest spelling", async () => {
    const blanks = `[${Array.from({ length: 2499 }, () => "1").join(", ")}]`;
    expect((await send("POST", "/variables/", `{"name":"blanks","value":${blanks}}`)).status).toBe(201);
    const escapes = "\\u00e9".repeat(2499);
    expect((await send("POST", "/variables/", `{"name":"escapes","value":"${escapes}"}`)).status).toBe(201);
  });

  it("has a name of its own", async () => {
    await server.ask("POST", "/variables/", { name: "one", value: 1 });
    await server.ask("POST", "/variables/", { name: "other", value: 1 });
    expect(await server.ask("POST", "/variables/", { name: "one", value: 1 })).toMatchObject({
      status: 409,
      body: { detail: "A variable with the name 'one' already exists." },
    });
    expect((await server.ask("PATCH", "/variables/name/one", { name: "other" })).status).toBe(409);
  });

  it("may become null, but not nameless or without tags", async () => {
    await server.ask("POST", "/variables/", { name: "nullable", value: 1 });
    expect((await server.ask("PATCH", "/variables/name/nullable", { value: null })).status).toBe(204);
    expect((await server.ask("GET", "/variables/name/nullable")).body).toMatchObject({ value: null });
    expect((await server.ask("PATCH", "/variables/name/nullable", { tags: null })).status).toBe(409);
    expect((await server.ask("PATCH", "/variables/name/nullable", { name: null })).status).toBe(409);
  });

  it("tells its story in events", async () => {
    await server.ask("POST", "/variables/", { name: "told", value: { a: 1 } });
    await server.ask("PATCH", "/variables/name/told", { value: 2 });
    await server.ask("DELETE", "/variables/name/told");
    const rows = await server.deps.databases.orion.system.compose<{ event: JsonText }>(
      () => sql`select event from orion.outbox where event -> 'payload' ->> 'name' = 'told' order by position`,
    );
    const events = rows.map((row) => row.event.value() as { event: string; payload: unknown });
    expect(events.map(({ event, payload }) => [event, payload])).toEqual([
      ["prefect.variable.created", { name: "told", value: { a: 1 }, tags: [] }],
      ["prefect.variable.updated", { name: "told", value: 2, tags: [] }],
      ["prefect.variable.deleted", { name: "told", value: 2, tags: [] }],
    ]);
  });
});

describe("lists of variables", () => {
  beforeAll(async () => {
    await server.deps.databases.orion.system.compose(() => sql`delete from orion.variable`);
    for (const [name, tags] of [
      ["red", ["warm"]],
      ["orange", ["warm", "new"]],
      ["blue", []],
    ] as const) {
      await server.ask("POST", "/variables/", { name, value: name, tags });
    }
  });

  it.each([
    { body: undefined, names: ["blue", "orange", "red"] },
    { body: { sort: "NAME_DESC", limit: 2 }, names: ["red", "orange"] },
    { body: { sort: "CREATED_DESC", offset: 1 }, names: ["orange", "red"] },
    { body: { variables: { name: { any_: ["blue", "red"] } } }, names: ["blue", "red"] },
    { body: { variables: { name: { any_: [] } } }, names: [] },
    { body: { variables: { name: { like_: "E" } } }, names: ["blue", "orange", "red"] },
    { body: { variables: { tags: { all_: ["warm", "new"] } } }, names: ["orange"] },
    { body: { variables: { tags: { is_null_: true } } }, names: ["blue"] },
    { body: { variables: { operator: "or_", name: { any_: ["red"] }, tags: { is_null_: true } } }, names: ["blue", "red"] },
    { body: { limit: 0 }, names: [] },
    { body: { variables: null, sort: null, limit: null, offset: null }, names: ["blue", "orange", "red"] },
  ])("answer $names to $body", async ({ body, names }) => {
    const answer = await server.ask("POST", "/variables/filter", body);
    expect((answer.body as { name: string }[]).map(({ name }) => name)).toEqual(names);
    if (body && "variables" in body && !("limit" in body)) {
      expect((await server.ask("POST", "/variables/count", { variables: body.variables })).body).toBe(names.length);
    }
  });

  it("refuse limits beyond the page and unknown keys", async () => {
    expect((await server.ask("POST", "/variables/filter", { limit: 201 })).body).toEqual({
      detail: "Invalid limit: must be less than or equal to 200.",
    });
    expect((await server.ask("POST", "/variables/filter", { variables: { nope: 1 } })).status).toBe(422);
    expect((await server.ask("POST", "/variables/filter", { sort: "NOPE" })).status).toBe(422);
  });
});
