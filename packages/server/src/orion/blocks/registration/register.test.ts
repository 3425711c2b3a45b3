import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { bodyOf } from "../../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../../testing/server.ts";
import { type SchemaBody, type TypeBody } from "../testing.ts";

const SLUGS = ["local-file-system", "remote-file-system", "secret", "webhook"];

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const install = () => server.ask("POST", "/block_types/install_system_block_types");
const types = async () => bodyOf<(TypeBody & { is_protected: boolean })[]>(await server.ask("POST", "/block_types/filter", {}));
const schemas = async () => bodyOf<SchemaBody[]>(await server.ask("POST", "/block_schemas/filter", {}));

test("a server has the built-in kinds of blocks from its start", async () => {
  const registered = await types();
  expect(registered.map(({ slug }) => slug)).toEqual(SLUGS);
  expect(registered.filter((type) => type.is_protected).map(({ slug }) => slug)).toEqual([
    "local-file-system",
    "secret",
    "webhook",
  ]);
  expect(new Set((await schemas()).map(({ fields }) => fields["block_type_slug"]))).toEqual(new Set(SLUGS));
});

test("registering again changes nothing, not even texts that a client brought up to date", async () => {
  const [first] = await types();
  await server.ask("PATCH", `/block_types/${first?.id}`, { description: "of a newer client" });
  const before = [await types(), await schemas()];
  expect(await install()).toMatchObject({ status: 200, text: "null" });
  expect([await types(), await schemas()]).toEqual(before);
});

test("registering brings back what was deleted", async () => {
  const remote = (await types()).find(({ slug }) => slug === "remote-file-system");
  await server.ask("DELETE", `/block_types/${remote?.id}`);
  await install();
  expect((await types()).map(({ slug }) => slug)).toEqual(SLUGS);
});

test("a server that is told not to register has none", async () => {
  const bare = await openTestServer({ environment: { PREFECT_API_BLOCKS_REGISTER_ON_START: "false" } });
  onTestFinished(() => bare.close());
  expect((await bare.ask("POST", "/block_types/filter", {})).body).toEqual([]);
});
