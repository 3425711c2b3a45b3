import { expect, test } from "vitest";
import { systemStatement } from "./statement.ts";
import { openTestDatabase } from "./testing.ts";

const countTables = systemStatement<[], { count: number }>(
  "testing.count_tables",
  "select count(*) as count from pg_tables where schemaname in ('orion', 'events', 'nebula')",
);

test("a test database is migrated", async () => {
  const { databases, close } = await openTestDatabase();
  const row = await databases.orion.system.first(countTables);
  await close();
  expect(row?.count).toBeGreaterThan(5);
});

test("a connection left open is reported when the database is closed", async () => {
  const { Client } = await import("pg");
  const { url, close } = await openTestDatabase();
  const client = new Client({ connectionString: url, application_name: "forgotten" });
  client.on("error", () => {});
  await client.connect();
  await expect(close()).rejects.toThrow("forgotten");
  await client.end();
});
