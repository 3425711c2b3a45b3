import { parseConnectionString } from "@praetor/secrets";
import { Client } from "pg";
import { expect, inject, test } from "vitest";
import { type Domain, domains, loadMigrations, migrate } from "../migrations/index.ts";
import { createEmpty, dropDatabase } from "../testing/template.ts";
import { dumpSchema } from "./dump.ts";

// After a new migration: npx vitest run packages/server/src/platform/database/schema -u
test.each(domains)("%s.sql is what the migrations make", async (domain) => {
  await expect(await finalSchema(domain)).toMatchFileSnapshot(`./${domain}.sql`);
});

async function finalSchema(domain: Domain): Promise<string> {
  const cluster = parseConnectionString(inject("postgres"));
  const connection = await createEmpty(cluster);
  const client = new Client({ host: connection.hosts[0]?.host ?? "", user: connection.user, database: connection.database });
  try {
    await migrate(connection, { migrations: loadMigrations().filter((migration) => migration.domain === domain) });
    await client.connect();
    return await dumpSchema(client, domain);
  } finally {
    await client.end();
    await dropDatabase(cluster, connection.database ?? "");
  }
}
