import { afterAll, beforeAll, expect, test } from "vitest";
import { bodyOf } from "../../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";
import { eventsAbout, makeDocument, makeKind, makeSchema, makeType, type TypeBody, UNKNOWN_ID } from "../testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const readType = async (id: string) => bodyOf<TypeBody>(await server.ask("GET", `/block_types/${id}`));
const slugsOf = (body: unknown) => (body as TypeBody[]).map(({ slug }) => slug);

test("creates a type with its texts escaped for browsers", async () => {
  const texts = { description: `<a> & 'b' "c"`, code_example: "x < y" };
  const type = await makeType(server, { name: "Brand new", slug: "brand-new", logo_url: "https://logo", ...texts });
  expect(type).toMatchObject({ name: "Brand new", slug: "brand-new", logo_url: "https://logo", is_protected: false });
  expect(type).toMatchObject({ description: `&lt;a&gt; &amp; 'b' "c"`, code_example: "x &lt; y", documentation_url: null });
  expect(bodyOf(await server.ask("GET", "/block_types/slug/brand-new"))).toEqual(type);
});

test.each([
  ["a slug that is taken", { name: "Other", slug: "secret" }, 409, 'Block type with name "Other" already exists'],
  ["a reserved name", { name: "PREFECT thing", slug: "thing" }, 403, "Block type names beginning with 'Prefect' are reserved."],
])("refuses %s", async (_, type, status, detail) => {
  expect(await server.ask("POST", "/block_types/", type)).toMatchObject({ status, body: { detail } });
});

test("refuses a slug with other characters", async () => {
  const { status, body } = await server.ask("POST", "/block_types/", { name: "Loud", slug: "LOUD" });
  const [issue] = (body as { exception_detail: object[] }).exception_detail;
  expect(status).toBe(422);
  expect(issue).toMatchObject({
    loc: ["body", "slug"],
    msg: "Value error, Block type slug must only contain lowercase letters, numbers, and dashes.",
  });
});

test.each([
  ["GET", `/block_types/${UNKNOWN_ID}`, undefined],
  ["GET", "/block_types/slug/nonesuch", undefined],
  ["PATCH", `/block_types/${UNKNOWN_ID}`, { description: "x" }],
  ["DELETE", `/block_types/${UNKNOWN_ID}`, undefined],
] as const)("%s %s answers that there is no such type", async (method, path, body) => {
  expect(await server.ask(method, path, body)).toMatchObject({ status: 404, body: { detail: "Block type not found" } });
});

test("changes only the texts that were sent, null among them", async () => {
  const type = await makeType(server, { description: "old", code_example: "old" });
  const answer = await server.ask("PATCH", `/block_types/${type.id}`, { description: "<new>", logo_url: null });
  expect(answer.status).toBe(204);
  expect(await readType(type.id)).toMatchObject({ description: "<new>", code_example: "old", logo_url: null });
  await server.ask("PATCH", `/block_types/${type.id}`, { description: null });
  expect(await readType(type.id)).toMatchObject({ description: null, code_example: "old" });
});

test.each([{ description: "<a> & b" }, { description: "&lt;a&gt; &amp; b" }, {}])(
  "takes %j for no change of an escaped text",
  async (sent) => {
    const type = await makeType(server, { description: "<a> & b" });
    expect((await server.ask("PATCH", `/block_types/${type.id}`, sent)).status).toBe(204);
    expect(await readType(type.id)).toEqual(type);
    expect(await eventsAbout(server, `prefect.block-type.${type.id}`)).toHaveLength(1);
  },
);

test("deletes a type with its schemas and documents", async () => {
  const kind = await makeKind(server);
  const document = await makeDocument(server, kind);
  expect((await server.ask("DELETE", `/block_types/${kind.type.id}`)).status).toBe(204);
  for (const path of [`/block_types/${kind.type.id}`, `/block_schemas/${kind.schema.id}`, `/block_documents/${document.id}`]) {
    expect((await server.ask("GET", path)).status).toBe(404);
  }
});

test("keeps a protected type, but takes new texts and schemas for it", async () => {
  const secret = bodyOf<TypeBody>(await server.ask("GET", "/block_types/slug/secret"));
  const refused = await server.ask("DELETE", `/block_types/${secret.id}`);
  expect(refused).toMatchObject({ status: 403, body: { detail: "protected block types cannot be deleted." } });
  expect((await server.ask("PATCH", `/block_types/${secret.id}`, { description: "of a newer client" })).status).toBe(204);
  expect((await makeSchema(server, secret)).block_type.description).toBe("of a newer client");
});

test("announces what happens to a type", async () => {
  const type = await makeType(server);
  await server.ask("PATCH", `/block_types/${type.id}`, { description: "new" });
  await server.ask("DELETE", `/block_types/${type.id}`);
  const events = await eventsAbout(server, `prefect.block-type.${type.id}`);
  expect(events.map(({ event }) => event)).toEqual(["created", "updated", "deleted"].map((verb) => `prefect.block-type.${verb}`));
  expect(events.map(({ payload }) => payload["description"])).toEqual([null, "new", "new"]);
});

test.each([
  ["a part of the name, in any case", { block_types: { name: { like_: "LOCAL FILE" } } }, ["local-file-system"]],
  ["slugs", { block_types: { slug: { any_: ["webhook", "secret"] } } }, ["secret", "webhook"]],
  ["no slug at all", { block_types: { slug: { any_: [] } } }, []],
  [
    "what a schema can do",
    { block_schemas: { block_capabilities: { all_: ["write-path"] } } },
    ["local-file-system", "remote-file-system"],
  ],
  ["a page", { block_types: { slug: { any_: ["webhook", "secret"] } }, limit: 1, offset: 1 }, ["webhook"]],
])("lists types by %s", async (_, filter, slugs) => {
  expect(slugsOf(bodyOf(await server.ask("POST", "/block_types/filter", filter)))).toEqual(slugs);
});

test.each([
  [201, "Invalid limit: must be less than or equal to 200."],
  [-1, "Invalid limit: must be greater than or equal to 0."],
])("refuses the limit %d", async (limit, detail) => {
  expect(await server.ask("POST", "/block_types/filter", { limit })).toMatchObject({ status: 422, body: { detail } });
});
