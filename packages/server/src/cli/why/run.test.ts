import { afterAll, beforeAll, expect, test } from "vitest";
import { makeRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { type } from "../testing.ts";
import { runIdOf } from "./run.ts";
import { listen, type Listening } from "./testing.ts";

const ID = "0199aaaa-0000-7000-8000-000000000001";

let server: TestServer;
/** Guarded, as an installation may be. */
let http: Listening;
beforeAll(async () => {
  server = await openTestServer({ environment: { PREFECT_SERVER_API_AUTH_STRING: "ada:pass" } });
  http = await listen(server);
});
afterAll(async () => {
  await http.close();
  await server.close();
});

const environment = () => ({ HOME: "/", PREFECT_API_URL: http.url, PREFECT_API_AUTH_STRING: "ada:pass" });
const guarded = (): TestServer => ({
  ...server,
  ask: (method, path, body) =>
    server.ask(method, path, body, { authorization: `Basic ${Buffer.from("ada:pass").toString("base64")}` }),
});

test("says in a sentence why a run is late, and what shows it", async () => {
  const run = await makeRun(guarded(), {
    name: "late",
    state: { type: "SCHEDULED", state_details: { scheduled_time: "2026-01-01T00:00:00Z" } },
  });
  const { outcome, out } = await type(`why http://any.where/runs/flow-run/${run.id}?tab=logs`, { environment: environment() });
  expect(outcome).toBe("success");
  expect(out).toMatch(/^The run has no deployment, so that no worker takes it: the process that made it must start it\.\n/);
  expect(out).toMatch(/^Flow run 'late', Scheduled:$/m);
  expect(out).toMatch(/^ {2}ok {2}state +The run has been due for \d+ d \d+ h\.$/m);
  expect(out).toMatch(/^ {2}!! {2}deployment +The run has no deployment/m);
  const json = await type(`why ${run.id} --json`, { environment: environment() });
  expect(JSON.parse(json.out)).toMatchObject({ flow_run_id: run.id, cause: "no_deployment" });
});

test.each([
  ["why nonsense", {}, "usage", "'nonsense' is neither the id nor the address of a flow run."],
  [`why ${ID}`, {}, "failure", `There is no flow run ${ID}`],
  [`why ${ID}`, { PREFECT_API_AUTH_STRING: "ada:wrong" }, "failure", "asks for a credential"],
  [`why ${ID} --api-url http://127.0.0.1:1/api`, {}, "failure", "http://127.0.0.1:1/api cannot be reached."],
])("%s %j fails and says so", async (words, more, outcome, said) => {
  const typed = await type(words, { environment: { ...environment(), ...more } });
  expect(typed.outcome).toBe(outcome);
  expect(typed.error).toContain(said);
  expect(typed.error).not.toContain("wrong");
});

test.each([ID, `http://x/runs/flow-run/${ID}`, `http://x/api/flow_runs/${ID}/`, `http://x/flow-runs/flow-run/${ID}?a=b#c`])(
  "%s names a run",
  (text) => {
    expect(runIdOf(text)).toBe(ID);
  },
);
