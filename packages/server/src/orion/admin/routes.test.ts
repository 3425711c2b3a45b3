import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_API_AUTH_STRING: "admin:hunter2" } });
});
afterAll(() => server.close());

const ask = (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) =>
  server.ask(method, path, body, { authorization: `Basic ${Buffer.from("admin:hunter2").toString("base64")}` });

describe("the version", () => {
  it("is that of the protocol, as a JSON string", async () => {
    expect((await ask("GET", "/admin/version")).text).toBe('"3.8.3"');
  });
});

describe("the settings", () => {
  it("are told without their secrets", async () => {
    const answer = await ask("GET", "/admin/settings");
    expect(answer.text).not.toContain("hunter2");
    expect(answer.body).toMatchObject({
      server: { api: { port: 4200, auth_string: "**********" }, logs: { stream_out_enabled: true } },
    });
  });
});

describe("where results are kept by default", () => {
  const storage = "/admin/storage";
  const nowhere = { default_result_storage_block_id: null };

  /** A block document of a type that can do these things. */
  async function blockDocument(capabilities: string[]): Promise<string> {
    const name = `type-${crypto.randomUUID()}`;
    const type = (await ask("POST", "/block_types/", { name, slug: name })).body as { id: string };
    const schema = (await ask("POST", "/block_schemas/", { block_type_id: type.id, fields: { title: name }, capabilities }))
      .body as { id: string };
    const document = { name: "mine", data: {}, block_type_id: type.id, block_schema_id: schema.id };
    return ((await ask("POST", "/block_documents/", document)).body as { id: string }).id;
  }

  it("is nowhere at first, and after it was cleared", async () => {
    expect((await ask("GET", storage)).body).toEqual(nowhere);
    const id = await blockDocument(["read-path", "write-path"]);
    await ask("PUT", storage, { default_result_storage_block_id: id });
    expect((await ask("DELETE", storage)).status).toBe(204);
    expect((await ask("GET", storage)).body).toEqual(nowhere);
  });

  it("is a document that can be written and read, as long as it is there", async () => {
    const id = await blockDocument(["put-directory", "write-path", "read-path"]);
    expect(await ask("PUT", storage, { default_result_storage_block_id: id })).toMatchObject({
      status: 200,
      body: { default_result_storage_block_id: id },
    });
    expect((await ask("GET", storage)).body).toEqual({ default_result_storage_block_id: id });
    await ask("DELETE", `/block_documents/${id}`);
    expect((await ask("GET", storage)).body).toEqual(nowhere);
  });

  it("is no document that does not exist, and none of another purpose", async () => {
    expect(await ask("PUT", storage, { default_result_storage_block_id: UNKNOWN })).toMatchObject({
      status: 404,
      body: { detail: `Block document ${UNKNOWN} not found.` },
    });
    const id = await blockDocument(["notify"]);
    expect(await ask("PUT", storage, { default_result_storage_block_id: id })).toMatchObject({
      status: 422,
      body: { detail: `Block document ${id} cannot be used for result storage.` },
    });
    expect((await ask("PUT", storage, {})).status).toBe(422);
  });
});
