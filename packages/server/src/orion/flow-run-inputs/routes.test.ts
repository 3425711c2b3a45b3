import type { FlowRunInput } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";

let server: TestServer;
let flowId: string;
beforeAll(async () => {
  server = await openTestServer();
  flowId = ((await server.ask("POST", "/flows/", { name: "asking" })).body as { id: string }).id;
});
afterAll(() => server.close());

async function flowRun(): Promise<string> {
  return ((await server.ask("POST", "/flow_runs/", { flow_id: flowId })).body as { id: string }).id;
}

describe("an input of a flow run", () => {
  it("is kept as the text that it is", async () => {
    const run = await flowRun();
    const value = '{"a": 1.0,\n"é": "\u{1f600}"}';
    expect(await server.ask("POST", `/flow_runs/${run}/input`, { key: "paused-1-schema", value })).toMatchObject({
      status: 201,
      body: null,
    });
    const answer = await server.ask("GET", `/flow_runs/${run}/input/paused-1-schema`);
    expect(answer).toMatchObject({ status: 200, text: value, headers: { "content-type": "text/plain; charset=utf-8" } });
  });

  it("is there once for each key and run", async () => {
    const [run, other] = [await flowRun(), await flowRun()];
    const input = { key: "k", value: "v", sender: "prefect.flow-run.x" };
    expect((await server.ask("POST", `/flow_runs/${run}/input`, input)).status).toBe(201);
    expect((await server.ask("POST", `/flow_runs/${other}/input`, input)).status).toBe(201);
    expect(await server.ask("POST", `/flow_runs/${run}/input`, input)).toMatchObject({
      status: 409,
      body: { detail: "A flow run input with this key already exists." },
    });
  });

  it("needs a flow run", async () => {
    const answer = await server.ask("POST", `/flow_runs/${UNKNOWN}/input`, { key: "k", value: "v" });
    expect(answer).toMatchObject({ status: 404, body: { detail: "Flow run not found" } });
  });

  it.each([
    { body: { key: "A B", value: "v" }, type: "value_error" },
    { body: { key: "a_b", value: "v" }, type: "value_error" },
    { body: { key: "k" }, type: "missing" },
    { body: { key: "k", value: 1 }, type: "string_type" },
  ])("is refused with $type", async ({ body, type }) => {
    const answer = await server.ask("POST", `/flow_runs/${await flowRun()}/input`, body);
    expect(answer).toMatchObject({ status: 422, body: { exception_detail: [{ type }] } });
  });

  it("is deleted once, and with its run", async () => {
    const run = await flowRun();
    await server.ask("POST", `/flow_runs/${run}/input`, { key: "k", value: "v" });
    await server.ask("POST", `/flow_runs/${run}/input`, { key: "l", value: "v" });
    expect((await server.ask("DELETE", `/flow_runs/${run}/input/k`)).status).toBe(204);
    const gone = { status: 404, body: { detail: "Flow run input not found" } };
    expect(await server.ask("DELETE", `/flow_runs/${run}/input/k`)).toMatchObject(gone);
    await server.ask("DELETE", `/flow_runs/${run}`);
    expect(await server.ask("GET", `/flow_runs/${run}/input/l`)).toMatchObject(gone);
  });
});

describe("lists of inputs", () => {
  it.each([
    { body: { prefix: "msg" }, keys: ["msg-b"] },
    { body: { prefix: "msg", limit: 5 }, keys: ["msg-b", "msg-a", "msg-c"] },
    { body: { prefix: "", limit: 2 }, keys: ["msg-b", "other"] },
    { body: { prefix: "msg", limit: 5, exclude_keys: ["msg-b"] }, keys: ["msg-a", "msg-c"] },
    { body: { prefix: "%", limit: 5 }, keys: [] },
    { body: { prefix: "msg", limit: 0 }, keys: [] },
    { body: { prefix: "msg", limit: -1, exclude_keys: null }, keys: ["msg-b", "msg-a", "msg-c"] },
  ])("begin with the oldest: $keys to $body", async ({ body, keys }) => {
    const run = await flowRun();
    for (const key of ["msg-b", "other", "msg-a", "msg-c"])
      await server.ask("POST", `/flow_runs/${run}/input`, { key, value: key });
    const answer = await server.ask("POST", `/flow_runs/${run}/input/filter`, body);
    expect((answer.body as FlowRunInput[]).map(({ key }) => key)).toEqual(keys);
  });

  it("need a prefix, but no flow run", async () => {
    expect((await server.ask("POST", `/flow_runs/${UNKNOWN}/input/filter`, { prefix: "" })).body).toEqual([]);
    expect((await server.ask("POST", `/flow_runs/${UNKNOWN}/input/filter`, {})).status).toBe(422);
  });
});
