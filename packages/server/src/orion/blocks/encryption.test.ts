import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { Fernet } from "./fernet.ts";
import { makeDocument, makeKind, readDocument } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

async function storedToken(of: TestServer, id: string): Promise<string> {
  const rows = await of.deps.databases.orion.system.compose<{ data: string }>(
    () => sql`select data from orion.block_document where id = ${id}`,
  );
  return rows[0]?.data ?? "";
}

async function storedKeys(of: TestServer): Promise<string[]> {
  const rows = await of.deps.databases.orion.system.compose<{ key: string }>(
    () => sql`select value ->> 'fernet_key' as key from orion.configuration where key = 'ENCRYPTION_KEY'`,
  );
  return rows.map(({ key }) => key);
}

test("values are stored encrypted, with a key that the workspace keeps", async () => {
  const kind = await makeKind(server);
  const [one, two] = await Promise.all([makeDocument(server, kind, { plain: "readable" }), makeDocument(server, kind, {})]);
  const [key, ...others] = await storedKeys(server);
  expect(others).toEqual([]);
  const token = await storedToken(server, one.id);
  expect(token).not.toContain("readable");
  expect(new Fernet(key ?? "").decrypt(token)).toBe('{"plain":"readable"}');
  expect(new Fernet(key ?? "").decrypt(await storedToken(server, two.id))).toBe("{}");
});

test.each(["PREFECT_SERVER_ENCRYPTION_KEY", "ORION_ENCRYPTION_KEY"])("the key in %s is used and not stored", async (variable) => {
  const key = Fernet.generateKey();
  const keyed = await openTestServer({ environment: { [variable]: key } });
  onTestFinished(() => keyed.close());
  const { id } = await makeDocument(keyed, await makeKind(keyed), { a: 1 });
  expect(new Fernet(key).decrypt(await storedToken(keyed, id))).toBe('{"a":1}');
  expect(await storedKeys(keyed)).toEqual([]);
});

test("a document of another key is refused by name, and its data by none", async () => {
  const { id } = await makeDocument(server, await makeKind(server), { a: 1 });
  const foreign = new Fernet(Fernet.generateKey()).encrypt("{}");
  await server.deps.databases.orion.system.compose(() => sql`update orion.block_document set data = ${foreign} where id = ${id}`);
  await expect(readDocument(server, id)).rejects.toThrow("This block document was encrypted with another key.");
});
