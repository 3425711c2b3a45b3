import { addSeconds } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { makeFlow, makeRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const missing = "00000000-0000-4000-8000-00000000dead";
const scheduled = (seconds: number) => ({
  state: { type: "SCHEDULED", state_details: { scheduled_time: addSeconds(server.deps.clock.now(), seconds) } },
});

describe("POST /ui/flows/next-runs", () => {
  it("answers the scheduled run of each flow that is due first, and null where there is none", async () => {
    const [flow_id, idle] = [await makeFlow(server), await makeFlow(server)];
    await makeRun(server, { flow_id, name: "later", ...scheduled(7200) });
    const next = await makeRun(server, { flow_id, name: "sooner", ...scheduled(3600) });
    await makeRun(server, { flow_id: idle, name: "not scheduled" });
    expect(await server.ask("POST", "/ui/flows/next-runs", { flow_ids: [flow_id, idle, missing] })).toMatchObject({
      status: 200,
      body: {
        [flow_id]: {
          id: next.id,
          flow_id,
          name: "sooner",
          state_name: "Scheduled",
          state_type: "SCHEDULED",
          next_scheduled_start_time: next.next_scheduled_start_time,
        },
        [idle]: null,
        [missing]: null,
      },
    });
  });
});

describe("POST /ui/flows/count-deployments", () => {
  it("counts by flow, whatever the spelling of its id; 0 where there are none", async () => {
    const flow_id = await makeFlow(server);
    await server.deps.databases.orion.system.compose(
      () => sql`
        insert into orion.deployment (workspace_id, id, flow_id, name)
        select workspace_id, gen_random_uuid(), id, label from orion.flow, unnest(array['one', 'two']) as label
        where flow.id = ${flow_id}`,
    );
    const flow_ids = [flow_id.toUpperCase(), missing];
    expect((await server.ask("POST", "/ui/flows/count-deployments", { flow_ids })).body).toEqual({ [flow_id]: 2, [missing]: 0 });
  });

  it.each(["/ui/flows/count-deployments", "/ui/flows/next-runs"])("%s asks for the flows", async (path) => {
    expect((await server.ask("POST", path, {})).status).toBe(422);
    expect((await server.ask("POST", path, { flow_ids: [] })).body).toEqual({});
  });
});
