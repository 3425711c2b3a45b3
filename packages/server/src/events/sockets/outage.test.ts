import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Event } from "@praetor/wire";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insertFlowRun, lifeOf, testTaskRun } from "../../orion/task-runs/testing.ts";
import { openDatabases, sql } from "../../platform/database/index.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../platform/database/embedded/index.ts";
import { migrate } from "../../platform/database/migrations/index.ts";
import { DEFAULT_WORKSPACE_ID as workspaceId } from "../../platform/tenancy.ts";
import { type EventServer, openEventServer } from "../../testing/events.ts";

let folder: string;
let postgres: EmbeddedPostgres;
let databases: ReturnType<typeof openDatabases>;
let server: EventServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "praetor-outage-"));
  // PostgreSQL may run as another user than the tests.
  chmodSync(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataFolder: folder });
  await migrate(postgres.connection);
  databases = openDatabases({ connection: postgres.connection, applicationName: "praetor test" });
  server = await openEventServer(databases);
});
afterAll(async () => {
  await server.close();
  await databases.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a PostgreSQL that dies in the middle costs no event that a pong was sent for, nor one that was sent since", async () => {
  const flowRunId = await insertFlowRun(databases.orion.system, workspaceId);
  const runs = Array.from({ length: 400 }, () => testTaskRun({ flowRunId }));
  const sender = await (await server.connect("/events/in")).authenticate();
  const [before, during, after] = [runs.slice(0, 100), runs.slice(100, 200), runs.slice(200)].map((part) => part.flatMap(lifeOf));
  for (const event of before ?? []) sender.send(Event.dump(event));
  await sender.ping();
  for (const event of during ?? []) sender.send(Event.dump(event));
  process.kill(postgres.pid, "SIGQUIT");
  for (const event of after ?? []) sender.send(Event.dump(event));
  await sender.ping();
  const [found] = await databases.orion.system.compose<{ states: number; completed: number; events: number }>(
    () => sql`select (select count(*) from orion.task_run_state) as states,
      (select count(*) from orion.task_run where state_name = 'Completed' and end_time is not null) as completed,
      (select count(distinct id) from events.event) as events`,
  );
  expect(found).toEqual({ states: 2000, completed: 400, events: 2000 });
}, 60_000);
