import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyOf } from "../../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";
import { type Body, makeSchema, makeType, type SchemaBody, UNKNOWN_ID } from "../testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const post = (body: Body) => server.ask("POST", "/block_schemas/", body);
const byChecksum = (checksum: string, query = "") => server.ask("GET", `/block_schemas/checksum/${checksum}${query}`);

test("creates a schema, and answers the stored one when the same content and version come again", async () => {
  const { id: block_type_id } = await makeType(server);
  const fields = { title: "Again", secret_fields: ["a"] };
  const first = await post({ fields, block_type_id, capabilities: ["b", "a"], version: "1" });
  const second = await post({ fields: { ...fields, secret_fields: [] }, block_type_id, capabilities: ["c"], version: "1" });
  const third = await post({ fields, block_type_id, version: "2" });
  expect([first.status, second.status, third.status]).toEqual([201, 200, 201]);
  expect(second.body).toEqual(first.body);
  expect(first.body).toMatchObject({
    fields: { ...fields, block_schema_references: {} },
    capabilities: ["b", "a"],
    version: "1",
  });
  expect(third.body).toMatchObject({ checksum: (first.body as SchemaBody).checksum, version: "2", capabilities: [] });
});

test("keeps numbers and the order of keys as they were sent", async () => {
  const { id } = await makeType(server);
  const payload = `{"block_type_id":"${id}","fields":{"z":1.0,"a":18446744073709551616,"block_schema_references":{}}}`;
  const { text } = await server.send({
    method: "POST",
    url: "/api/block_schemas/",
    headers: { "content-type": "application/json" },
    payload,
  });
  expect(text).toContain('"fields":{"z":1.0,"a":18446744073709551616,"block_schema_references":{}}');
});

test("finds a schema by checksum: the newest, or the one of a version", async () => {
  const type = await makeType(server);
  const fields = { title: "Versions" };
  const { checksum } = await makeSchema(server, type, fields, { version: "1" });
  await makeSchema(server, type, fields, { version: "2" });
  expect((await byChecksum(checksum)).body).toMatchObject({ version: "2", block_type: { slug: type.slug } });
  expect((await byChecksum(checksum, "?version=1")).body).toMatchObject({ version: "1" });
  expect(await byChecksum(checksum, "?version=3")).toMatchObject({ status: 404, body: { detail: "Block schema not found" } });
});

test("makes the schemas of nested blocks that nobody registered", async () => {
  const [outer, inner] = [await makeType(server), await makeType(server)];
  const definitions = {
    Inner: {
      title: "Unregistered inner",
      block_type_slug: inner.slug,
      properties: { plain: { $ref: "#/definitions/Plain" } },
      block_schema_references: {},
    },
    Plain: { title: "Plain", type: "object" },
  };
  const references = { inner: { block_type_slug: inner.slug, block_schema_checksum: "whatever" } };
  const fields = { properties: { inner: { $ref: "#/definitions/Inner" } }, block_schema_references: references, definitions };
  expect((await makeSchema(server, outer, fields)).fields).toMatchObject(fields);

  const filter = { block_schemas: { block_type_id: { any_: [inner.id] } } };
  const made = bodyOf<SchemaBody[]>(await server.ask("POST", "/block_schemas/filter", filter));
  expect(made).toHaveLength(1);
  expect(made[0]).toMatchObject({ capabilities: [], version: "non-versioned" });
  expect(made[0]?.fields).toEqual({ ...definitions.Inner, definitions: { Plain: definitions.Plain } });

  await makeSchema(server, outer, { ...fields, title: "Another around the same" });
  expect(bodyOf<SchemaBody[]>(await server.ask("POST", "/block_schemas/filter", filter))).toHaveLength(1);
});

test("refuses a schema that holds a block of an unknown type", async () => {
  const { id: block_type_id } = await makeType(server);
  const references = { one: [{ block_type_slug: "secret" }, { block_type_slug: "nonesuch" }] };
  expect(await post({ fields: { block_schema_references: references }, block_type_id })).toMatchObject({
    status: 409,
    body: {
      detail: "Cannot create block schema because block type 'nonesuch' was not found.Did you forget to register the block type?",
    },
  });
});

test.each([null, "text", { field: "text" }, { field: {} }, { field: [1] }])(
  "takes the references %j for none",
  async (block_schema_references) => {
    const type = await makeType(server);
    expect((await makeSchema(server, type, { block_schema_references })).fields).toMatchObject({ block_schema_references });
  },
);

const blocks = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [n, { block_type_slug: "secret" }]));

test.each([
  ["in characters", { description: "x".repeat(1_000_000) }, 422],
  ["in the number of nested blocks", { definitions: blocks(51) }, 422],
  ["in neither", { definitions: blocks(50), description: "x".repeat(100_000) }, 201],
])("bounds schemas: too large %s", async (_, fields, status) => {
  const { id: block_type_id } = await makeType(server);
  expect((await post({ fields, block_type_id })).status).toBe(status);
});

test("refuses a schema of an unknown type", async () => {
  const answer = await post({ block_type_id: UNKNOWN_ID });
  expect(answer).toMatchObject({ status: 404, body: { detail: `Block type ${UNKNOWN_ID} not found.` } });
});

test("reads and deletes a schema", async () => {
  const { block_type: type, ...schema } = await makeSchema(server, await makeType(server));
  const path = `/block_schemas/${schema.id}`;
  expect((await server.ask("GET", path)).body).toMatchObject({ ...schema, block_type: type });
  expect((await server.ask("DELETE", path)).status).toBe(204);
  for (const method of ["GET", "DELETE"] as const) {
    expect(await server.ask(method, path)).toMatchObject({ status: 404, body: { detail: "Block schema not found" } });
  }
});

test("keeps the schemas of protected types", async () => {
  const [type] = bodyOf<{ id: string }[]>(
    await server.ask("POST", "/block_types/filter", { block_types: { slug: { any_: ["webhook"] } } }),
  );
  const filter = { block_schemas: { block_type_id: { any_: [type?.id] } } };
  const [schema] = bodyOf<SchemaBody[]>(await server.ask("POST", "/block_schemas/filter", filter));
  expect(await server.ask("DELETE", `/block_schemas/${schema?.id}`)).toMatchObject({
    status: 403,
    body: { detail: "Block schemas for protected block types cannot be deleted." },
  });
});

describe("a list of schemas", () => {
  beforeAll(async () => {
    const type = await makeType(server);
    await makeSchema(server, type, { title: "Flying" }, { version: "f1", capabilities: ["fly"] });
    await makeSchema(server, type, { title: "Flying and swimming" }, { version: "f2", capabilities: ["fly", "swim"] });
  });

  test.each([
    ["versions", { version: { any_: ["f1", "f2"] } }, ["f2", "f1"]],
    ["capabilities, all of them", { block_capabilities: { all_: ["fly", "swim"] } }, ["f2"]],
    [
      "either of two criteria",
      { operator: "or_", version: { any_: ["f1"] }, block_capabilities: { all_: ["swim"] } },
      ["f2", "f1"],
    ],
  ])("goes by %s, the newest first", async (_, block_schemas, versions) => {
    const found = bodyOf<SchemaBody[]>(await server.ask("POST", "/block_schemas/filter", { block_schemas }));
    expect(found.map(({ version }) => version)).toEqual(versions);
  });
});

test("lists what any schema can do, once each", async () => {
  await makeSchema(server, await makeType(server), {}, { capabilities: ["dive", "dive"] });
  const capabilities = bodyOf<string[]>(await server.ask("GET", "/block_capabilities/"));
  expect(capabilities).toEqual(expect.arrayContaining(["dive", "read-path", "write-path", "get-directory", "put-directory"]));
  expect(new Set(capabilities).size).toBe(capabilities.length);
});
