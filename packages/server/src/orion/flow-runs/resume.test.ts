import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRunning, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

describe("resuming", () => {
  const paused = (details: object = {}) => ({ type: "PAUSED", state_details: { pause_key: "1", ...details } });
  const keyset = { response: "r-response", schema: "r-schema" };
  const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };

  it("lets a paused run go on", async () => {
    const run = await makeRunning(server);
    await setState(server, run.id, paused());
    const answer = await server.ask("POST", `/flow_runs/${run.id}/resume`);
    expect(answer).toMatchObject({ status: 201, body: { status: "ACCEPT", state: { type: "RUNNING" } } });
  });

  it("is aborted for a run that is not paused", async () => {
    const run = await makeRunning(server);
    const answer = await server.ask("POST", `/flow_runs/${run.id}/resume`);
    expect(answer).toMatchObject({
      status: 200,
      body: { state: null, status: "ABORT", details: { reason: "Cannot resume a flow run that is not paused." } },
    });
  });

  it.each([
    ["without keys goes on", {}, null, "ACCEPT"],
    ["without the key of a schema stays paused", { response: "r-response" }, null, "REJECT"],
    ["without the key of an answer stays paused when there is one", { schema: "any" }, { age: 7 }, "REJECT"],
    ["without the key of an answer goes on when there is none", { schema: "any" }, null, "ACCEPT"],
  ])("a pause %s", async (_, keys, run_input, status) => {
    const run = await makeRunning(server);
    await setState(server, run.id, paused({ run_input_keyset: keys }));
    await server.ask("POST", `/flow_runs/${run.id}/input`, { key: "any", value: "{}", sender: null });
    expect(await server.ask("POST", `/flow_runs/${run.id}/resume`, { run_input })).toMatchObject({ body: { status } });
  });

  it("hands over the input when it fits, and stays paused when it does not", async () => {
    const run = await makeRunning(server);
    await setState(server, run.id, paused({ run_input_keyset: keyset }));
    await server.ask("POST", `/flow_runs/${run.id}/input`, { key: "r-schema", value: JSON.stringify(schema), sender: null });
    const refused = await server.ask("POST", `/flow_runs/${run.id}/resume`, { run_input: { age: "old" } });
    expect(refused).toMatchObject({
      status: 200,
      body: {
        status: "REJECT",
        details: {
          type: "abort_details",
          reason: "Reason: Validation failed for field 'age'. Failure reason: 'old' is not of type 'integer'",
        },
      },
    });
    const accepted = await server.ask("POST", `/flow_runs/${run.id}/resume`, { run_input: { age: 7 } });
    expect(accepted).toMatchObject({ status: 201, body: { status: "ACCEPT" } });
    expect(await server.ask("GET", `/flow_runs/${run.id}/input/r-response`)).toMatchObject({ text: '{"age":7}' });
  });
});
