import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { markLateRuns } from "../../orion/late-runs/index.ts";
import { makeDeployment, runsOf } from "../../orion/deployments/testing.ts";
import { Orchestrator } from "../../orion/orchestrate/index.ts";
import { scheduleRuns } from "../../orion/schedules/index.ts";
import { beat, makePool, makeWaiting, poll } from "../../orion/work-pools/testing.ts";
import { sql } from "../../platform/database/index.ts";
import { setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { type } from "../testing.ts";
import { listen, type Listening } from "./testing.ts";

const PAGE = fileURLToPath(new URL("../../../../../docs/why-is-my-run-late.md", import.meta.url));

let server: TestServer;
let http: Listening;
beforeAll(async () => {
  server = await openTestServer();
  http = await listen(server);
});
afterAll(async () => {
  await http.close();
  await server.close();
});

/** The situation of the page: a run that its schedule made is due, and another run has the only slot of its queue. */
async function makeLate(): Promise<string> {
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const { default_queue_id } = await makePool(server, { name: "nightly" });
  const schedules = [{ schedule: { interval: 86_400, anchor_date: ago(200) } }];
  const deployment = await makeDeployment(server, { name: "etl", work_pool_name: "nightly", schedules });
  // The deployment is new; this is what it was ten minutes ago.
  await server.deps.databases.orion.system.compose(
    () => sql`update orion.deployment_schedule set scheduled_until = ${ago(600)}::timestamptz, due = ${ago(600)}::timestamptz`,
  );
  while (await scheduleRuns(server.deps));
  const [run] = await runsOf(server, deployment.id);
  if (run === undefined) throw new Error("the schedule made no run");
  await server.ask("PATCH", `/flow_runs/${run.id}`, { name: "amber-mule" });

  const { flow_id } = deployment;
  const holder = await makeWaiting(server, "nightly", "default", ago(900), { flow_id, name: "crimson-otter" });
  await setState(server, holder.id, { type: "PENDING" });
  await server.ask("PATCH", `/work_queues/${default_queue_id}`, { concurrency_limit: 1 });
  await beat(server, "nightly");
  await poll(server, "nightly", { scheduled_before: server.deps.clock.now() });
  await markLateRuns(server.deps, new Orchestrator(server.deps), { now: server.deps.clock.now(), seconds: 15 });
  return run.id;
}

/** How long things took is the page's own. */
const normalised = (said: string): string =>
  said.replace(/due for [^.]+\./, "due for 3 min 20 s.").replace(/default' \d+ s ago/, "default' 4 s ago");

test("what the page shows is what the command says", async () => {
  const id = await makeLate();
  const { out } = await type(`why ${id}`, { environment: { HOME: "/", PREFECT_API_URL: http.url } });
  const page = readFileSync(PAGE, "utf8");
  const shown = /(?<=\n\n)```\n[^`]*\n```$/m;
  expect(page).toMatch(shown);
  await expect(page.replace(shown, () => `\`\`\`\n${normalised(out)}\n\`\`\``)).toMatchFileSnapshot(PAGE);
});
