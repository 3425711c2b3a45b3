import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bodyOf } from "../../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";
import {
  type DocumentBody,
  eventsAbout,
  type Kind,
  makeDocument,
  makeKind,
  makeSchema,
  readDocument,
  saveDocument,
  UNKNOWN_ID,
} from "../testing.ts";

let server: TestServer;
let kind: Kind;
beforeAll(async () => {
  server = await openTestServer();
  kind = await makeKind(server, ["password", "nested.token", "headers.*"]);
});
afterAll(() => server.close());

const patch = (id: string, body: object) => server.ask("PATCH", `/block_documents/${id}`, body);

test("saves a block and answers it with its secrets hidden", async () => {
  const data = { user: "ada", password: "hunter2", nested: { token: "t", kept: 1 }, headers: { a: "b" } };
  const saved = await makeDocument(server, kind, data, { name: "mine" });
  const hidden = { ...data, password: "********", nested: { token: "********", kept: 1 }, headers: { a: "********" } };
  expect(saved).toMatchObject({ name: "mine", data: hidden, is_anonymous: false, block_document_references: {} });
  expect(saved).toMatchObject({ block_type_name: kind.type.name, block_type: kind.type, block_schema: kind.schema });
  expect(await readDocument(server, saved.id, "")).toEqual(saved);
  expect(await readDocument(server, saved.id)).toEqual({ ...saved, data });
});

test("keeps numbers and the order of keys as they were sent", async () => {
  const { schema, type } = kind;
  const data = '{"z":1.0,"10":1e5,"a":18446744073709551616}';
  const payload = `{"name":"exact","block_schema_id":"${schema.id}","block_type_id":"${type.id}","data":${data}}`;
  const saved = await server.send({
    method: "POST",
    url: "/api/block_documents/",
    headers: { "content-type": "application/json" },
    payload,
  });
  expect(saved.text).toContain(`"data":${data}`);
});

test("finds a block by the slug of its type and its name", async () => {
  const saved = await makeDocument(server, kind, { password: "p" }, { name: "by-name" });
  const path = `/block_types/slug/${kind.type.slug}/block_documents/name/by-name`;
  expect((await server.ask("GET", path)).body).toEqual(saved);
  expect((await server.ask("GET", `${path}?include_secrets=true`)).body).toMatchObject({ data: { password: "p" } });
});

test.each([
  ["GET", `/block_documents/${UNKNOWN_ID}`, "Block document not found"],
  ["PATCH", `/block_documents/${UNKNOWN_ID}`, "Block document not found"],
  ["DELETE", `/block_documents/${UNKNOWN_ID}`, "Block document not found"],
  ["GET", "/block_documents/no-uuid", "Not Found"],
  ["GET", "/block_types/slug/secret/block_documents/name/nonesuch", "Block document not found"],
  ["GET", "/block_types/slug/nonesuch/block_documents/name/nonesuch", "Block document not found"],
  ["GET", "/block_types/slug/nonesuch/block_documents", "Block type not found"],
] as const)("%s %s is not found", async (method, path, detail) => {
  const body = method === "PATCH" ? { data: {} } : undefined;
  expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail } });
});

test("refuses a second block of one name and type", async () => {
  await makeDocument(server, kind, {}, { name: "twice" });
  expect(await saveDocument(server, kind, { name: "twice" })).toMatchObject({
    status: 409,
    body: { detail: "Block already exists" },
  });
  expect((await saveDocument(server, await makeKind(server), { name: "twice" })).status).toBe(201);
});

test.each([
  [{ name: null }, ["body"], "Value error, Names must be provided for block documents."],
  [
    { name: "Not a slug" },
    ["body", "name"],
    "Value error, Block document name must only contain lowercase letters, numbers, and dashes.",
  ],
])("refuses the name of %j", async (rest, loc, msg) => {
  const { status, body } = await saveDocument(server, kind, rest);
  expect(status).toBe(422);
  expect(body).toMatchObject({ exception_detail: [{ type: "value_error", loc, msg }] });
});

test("refuses a schema that does not exist or is of another type", async () => {
  const other = await makeKind(server);
  for (const block_schema_id of [UNKNOWN_ID, other.schema.id]) {
    expect((await saveDocument(server, kind, { block_schema_id })).status).toBe(409);
  }
  expect((await saveDocument(server, kind, { block_type_id: UNKNOWN_ID })).status).toBe(409);
});

test("gives anonymous blocks a name and hides them", async () => {
  const own = await makeKind(server);
  const [one, two] = [
    await makeDocument(server, own, {}, { name: null, is_anonymous: true }),
    await makeDocument(server, own, {}, { is_anonymous: true }),
  ];
  expect(one.name).toMatch(/^anonymous-[0-9a-f-]{36}$/);
  expect(two.name).toMatch(/^document-/);
  expect((await server.ask("GET", `/block_types/slug/${own.type.slug}/block_documents`)).body).toEqual([]);
  expect(await readDocument(server, one.id)).toMatchObject({ is_anonymous: true });
});

describe("a change", () => {
  test("merges what was sent, field by field and not deeper", async () => {
    const { id } = await makeDocument(server, kind, { a: 1, b: { c: 1, d: 2 } });
    expect((await patch(id, { data: { b: { c: 3 }, e: 4 } })).status).toBe(204);
    expect((await readDocument(server, id)).data).toEqual({ a: 1, b: { c: 3 }, e: 4 });
  });

  test.each([
    [{ data: { e: 4 }, merge_existing_data: false }, { e: 4 }],
    [{ merge_existing_data: false }, {}],
    [{}, { a: 1 }],
  ])("by %j leaves %j of the values", async (body, data) => {
    const { id } = await makeDocument(server, kind, { a: 1 });
    expect((await patch(id, body)).status).toBe(204);
    expect((await readDocument(server, id)).data).toEqual(data);
  });

  test.each([true, false])("keeps a secret that comes back hidden (merge: %j)", async (merge_existing_data) => {
    const data = { password: "p", nested: { token: "t", kept: 1 }, headers: { a: "b" } };
    const saved = await makeDocument(server, kind, data);
    await patch(saved.id, { data: { ...saved.data, nested: { token: "********", kept: 2 } }, merge_existing_data });
    expect((await readDocument(server, saved.id)).data).toEqual({ ...data, nested: { token: "t", kept: 2 } });
  });

  test("moves a block to another schema of its type only", async () => {
    const { id } = await makeDocument(server, kind, { a: 1 });
    const newer = await makeSchema(server, kind.type);
    const { schema: foreign } = await makeKind(server);
    await patch(id, { block_schema_id: newer.id, data: {} });
    expect(await readDocument(server, id)).toMatchObject({ block_schema_id: newer.id, data: { a: 1 } });
    expect(await patch(id, { block_schema_id: foreign.id, data: {} })).toMatchObject({
      status: 400,
      body: { detail: "Must migrate block document to a block schema of the same block type." },
    });
    expect((await patch(id, { block_schema_id: UNKNOWN_ID, data: {} })).status).toBe(409);
    expect((await patch(id, { block_schema_id: kind.schema.id })).status).toBe(204);
    expect(await readDocument(server, id)).toMatchObject({ block_schema_id: newer.id });
  });
});

test("announces what happens to a block, without secrets and without anonymous ones", async () => {
  const { id, name } = await makeDocument(server, kind, { user: "ada", password: "p", headers: "h", age: 3 });
  await patch(id, { data: { user: "bob" } });
  await patch(id, {});
  await server.ask("DELETE", `/block_documents/${id}`);
  const events = await eventsAbout(server, `prefect.block-document.${id}`);
  expect(events.map(({ event }) => event)).toEqual(
    ["created", "updated", "updated", "deleted"].map((verb) => `prefect.block-document.${verb}`),
  );
  expect(events[0]).toMatchObject({
    resource: { "prefect.resource.name": name },
    related: [
      {
        "prefect.resource.id": `prefect.block-type.${kind.type.id}`,
        "prefect.resource.role": "block-type",
        "prefect.resource.name": kind.type.name,
      },
      { "prefect.resource.id": `prefect.block-schema.${kind.schema.id}`, "prefect.resource.role": "block-schema" },
    ],
    payload: {
      name,
      data: { user: "ada" },
      block_schema: { capabilities: [], block_type: { id: kind.type.id, name: kind.type.name } },
    },
  });
  expect(events.map(({ payload }) => payload["data"])).toEqual(["ada", "bob", "bob", "bob"].map((user) => ({ user })));

  const anonymous = await makeDocument(server, kind, {}, { is_anonymous: true });
  await patch(anonymous.id, {});
  await patch(anonymous.id, { data: { a: 1 } });
  await server.ask("DELETE", `/block_documents/${anonymous.id}`);
  expect(await eventsAbout(server, `prefect.block-document.${anonymous.id}`)).toEqual([]);
});

test("deletes a block", async () => {
  const { id } = await makeDocument(server, kind);
  expect((await server.ask("DELETE", `/block_documents/${id}`)).status).toBe(204);
  expect((await server.ask("GET", `/block_documents/${id}`)).status).toBe(404);
});

describe("a list", () => {
  let own: Kind;
  beforeAll(async () => {
    own = await makeKind(server, ["password"], { capabilities: ["list-me"] });
    await makeDocument(server, own, { password: "p" }, { name: "list-b" });
    await makeDocument(server, own, {}, { name: "list-a" });
    await makeDocument(server, own, {}, { name: "list-hidden", is_anonymous: true });
    await makeDocument(server, kind, {}, { name: "list-c" });
  });
  const all = { name: { like_: "LIST-" } };
  const found = async (filter: object) => {
    const [listed, count] = await Promise.all([
      server.ask("POST", "/block_documents/filter", filter),
      server.ask("POST", "/block_documents/count", filter),
    ]);
    return { names: bodyOf<DocumentBody[]>(listed).map(({ name }) => name), count: bodyOf(count) };
  };

  test.each([
    ["without anonymous blocks", { block_documents: all }, ["list-a", "list-b", "list-c"]],
    ["with them when told", { block_documents: { ...all, is_anonymous: null } }, ["list-a", "list-b", "list-c", "list-hidden"]],
    ["of them alone", { block_documents: { ...all, is_anonymous: { eq_: true } } }, ["list-hidden"]],
    ["by names", { block_documents: { name: { any_: ["list-b", "list-c"] } } }, ["list-b", "list-c"]],
    ["by what they can do", { block_schemas: { block_capabilities: { all_: ["list-me"] } } }, ["list-a", "list-b"]],
    [
      "by either criterion",
      { block_documents: { operator: "or_", is_anonymous: { eq_: true }, name: { any_: ["list-c"] } }, block_types: undefined },
      ["list-c", "list-hidden"],
    ],
    ["backwards", { block_documents: all, sort: "NAME_DESC" }, ["list-c", "list-b", "list-a"]],
  ])("holds blocks %s", async (_, filter, names) => {
    const { names: listed, count } = await found(filter);
    expect(listed.filter((name) => name.startsWith("list-"))).toEqual(names);
    expect(count).toBe(listed.length);
  });

  test("is sorted by type, then name", async () => {
    const { names } = await found({ block_documents: all, sort: "BLOCK_TYPE_AND_NAME_ASC" });
    const [first, second] = [kind, own].toSorted((one, other) => (one.type.name < other.type.name ? -1 : 1));
    const namesOf = (which: Kind | undefined) => (which === own ? ["list-a", "list-b"] : ["list-c"]);
    expect(names).toEqual([...namesOf(first), ...namesOf(second)]);
  });

  test("has pages, and tells secrets when asked", async () => {
    const filter = { block_documents: all, limit: 1, offset: 1 };
    const hidden = bodyOf<DocumentBody[]>(await server.ask("POST", "/block_documents/filter", filter));
    const shown = bodyOf<DocumentBody[]>(
      await server.ask("POST", "/block_documents/filter", { ...filter, include_secrets: true }),
    );
    expect(hidden.map(({ data }) => data)).toEqual([{ password: "********" }]);
    expect(shown.map(({ data }) => data)).toEqual([{ password: "p" }]);
  });

  test("of a type holds its blocks by name", async () => {
    const listed = await server.ask("GET", `/block_types/slug/${own.type.slug}/block_documents?include_secrets=true`);
    expect(bodyOf<DocumentBody[]>(listed).map(({ name, data }) => [name, data])).toEqual([
      ["list-a", {}],
      ["list-b", { password: "p" }],
    ]);
  });

  test.each([201, -1])("refuses the limit %d", async (limit) => {
    expect((await server.ask("POST", "/block_documents/filter", { limit })).status).toBe(422);
  });
});
