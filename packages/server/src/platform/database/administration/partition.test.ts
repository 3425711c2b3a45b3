import { afterAll, beforeAll, expect, test } from "vitest";
import { withClient } from "../connections/client.ts";
import { openTestDatabase, type TestDatabase } from "../testing.ts";
import { maintainPartitions } from "./index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const maintain = () => maintainPartitions({ connection: database.connection, daysAhead: 7, retentionSeconds: 30 * 86_400 });

async function ask<R extends object>(text: string): Promise<R[]> {
  const { connection } = database;
  return withClient({ connection, applicationName: "test" }, async (client) => (await client.query<R>(text)).rows);
}

const store = (age: string) =>
  ask(`insert into events.event (workspace_id, id, occurred, received, event, resource_id, related_ids, resource, related, payload)
       values (gen_random_uuid(), gen_random_uuid(), now() - interval '${age}', now(), 'e', 'r', '{}', '{}', '[]', '{}')`);
const log = (age: string) =>
  ask(`insert into events.log (workspace_id, id, timestamp, level, name, message)
       values (gen_random_uuid(), gen_random_uuid(), now() - interval '${age}', 20, 'n', 'm')`);

test("partitions of the coming days are made once, and rows that were there already move into theirs", async () => {
  await store("0");
  const [events, logs] = await maintain();
  expect(events).toMatchObject({ table: "events.event", made: 9, dropped: 0, partitions: 9 });
  expect(logs).toMatchObject({ table: "events.log", dropped: 0 });
  expect(logs?.made).toBeGreaterThanOrEqual(2);
  expect(await ask("select count(*)::integer as rows from events.event_default")).toEqual([{ rows: 0 }]);
  expect((await maintain()).map(({ made }) => made)).toEqual([0, 0]);
});

test("partitions past retention are dropped, and those that hold a younger row are kept", async () => {
  await ask("select events.create_event_partitions(current_date - 40, current_date)");
  await ask("select events.create_log_partitions(current_date - 60, current_date)");
  for (const age of ["39 days", "29 days"]) await Promise.all([store(age), log(age)]);
  await maintain();
  const oldest = "select min(occurred) > now() - interval '30 days' as young, count(*)::integer as rows from events.event";
  expect(await ask(oldest)).toEqual([{ young: true, rows: 2 }]);
  expect(await ask("select count(*)::integer as rows from events.log")).toEqual([{ rows: 1 }]);
  expect((await maintain()).map(({ dropped }) => dropped)).toEqual([0, 0]);
});

test("a row that no partition was for is deleted past retention too", async () => {
  await store("400 days");
  await maintain();
  expect(await ask("select count(*)::integer as rows from events.event_default")).toEqual([{ rows: 0 }]);
});
