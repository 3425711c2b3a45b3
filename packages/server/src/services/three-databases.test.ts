import { formatConnectionString, Secret } from "@praetor/secrets";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { loadSettings } from "../platform/config/index.ts";
import { maintainPartitions, setUpDatabase, verifyServiceRole } from "../platform/database/administration/index.ts";
import { domains, migrate } from "../platform/database/migrations/index.ts";
import { startCluster, type TestCluster } from "../platform/database/testing/cluster.ts";
import { type RunningServer, startServer } from "./runner.ts";

const service = { user: "prefect", password: Secret.of("raw p@ss/word") };
let primary: TestCluster;
let standby: TestCluster;
let server: RunningServer;
const complaints: unknown[] = [];

/** An installation as its Secrets describe it: three databases, a standby, and a role that can only read and write. */
beforeAll(async () => {
  primary = await startCluster();
  for (const domain of domains) {
    await setUpDatabase({ maintenance: primary.connection, domain, database: domain, service });
    await migrate({ [domain]: { ...primary.connection, database: domain } });
  }
  standby = await primary.addStandby();
  const url = (cluster: TestCluster, database: string) =>
    formatConnectionString({ ...cluster.connection, ...service, database }, "postgresql+asyncpg").reveal();
  const urls = domains.flatMap((domain) => [
    [`PRAETOR_DATABASE_${domain.toUpperCase()}_CONNECTION_URL`, url(primary, domain)],
    [`PRAETOR_DATABASE_${domain.toUpperCase()}_REPLICA_URL`, url(standby, domain)],
  ]);
  const { settings } = loadSettings({ environment: { HOME: "/", PRAETOR_API_PORT: "0", ...Object.fromEntries(urls) } });
  const log = pino({ level: "warn" }, { write: (line: string) => void complaints.push(JSON.parse(line)) });
  server = await startServer(settings, log, () => {});
});
afterAll(async () => {
  await server.stop();
  await standby.remove();
  await primary.remove();
});

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

test("a run is made, moved and read back at once, and its events reach the events database", async () => {
  const flow = (await ask("POST", "/flows/", { name: "three" })) as { id: string };
  for (let number = 0; number < 10; number += 1) {
    const run = (await ask("POST", "/flow_runs/", { flow_id: flow.id, state: { type: "PENDING" } })) as { id: string };
    await ask("POST", `/flow_runs/${run.id}/set_state`, { state: { type: "RUNNING" } });
    expect(await ask("GET", `/flow_runs/${run.id}`)).toMatchObject({ state_type: "RUNNING" });
    const found = (await ask("POST", "/flow_runs/filter", { flow_runs: { id: { any_: [run.id] } } })) as unknown[];
    expect(found).toMatchObject([{ id: run.id, state_type: "RUNNING" }]);
  }
  await vi.waitFor(async () => {
    const events = await ask("POST", "/events/filter", { filter: { event: { prefix: ["prefect.flow-run."] } } });
    expect(events).toMatchObject({ total: 20 });
  }, 10_000);
  expect(complaints).toEqual([]);
});

test("the services' role is proved unable to make or drop anything, while the server runs as it", async () => {
  for (const domain of domains) {
    expect(await verifyServiceRole({ ...primary.connection, ...service, database: domain }, domain)).toEqual([]);
  }
});

test("partitions are made by the job, and rows that came before them move into them", async () => {
  const reports = await maintainPartitions({
    connection: { ...primary.connection, database: "events" },
    daysAhead: 7,
    retentionSeconds: 30 * 86_400,
  });
  expect(reports.map(({ made }) => made > 0)).toEqual([true, true]);
  expect(await ask("POST", "/events/filter", { filter: { event: { prefix: ["prefect.flow-run."] } } })).toMatchObject({
    total: 20,
  });
});
