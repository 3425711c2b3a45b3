import { randomUUID } from "node:crypto";
import type { ConnectionString } from "@praetor/secrets";
import { Client } from "pg";
import { loadMigrations, migrate, type Migration, MigrationError } from "../migrations/index.ts";

const template = "template_migrated";

/**
 * Makes the template that tests clone. A migration that fails is left out and reported: it must not fail the tests of
 * everybody whose tables are sound, and those of its own fail by themselves.
 */
export async function makeTemplate(cluster: ConnectionString): Promise<MigrationError[]> {
  await maintain(cluster, async (client) => {
    await client.query(`drop database if exists ${template} with (force)`);
    await client.query(`create database ${template}`);
  });
  return migrateWhatWorks({ ...cluster, database: template }, loadMigrations());
}

async function migrateWhatWorks(connection: ConnectionString, migrations: readonly Migration[]): Promise<MigrationError[]> {
  let current: Migration | undefined;
  try {
    await migrate(connection, {
      migrations,
      onProgress: (progress) => {
        if (progress.kind === "applying") current = progress.migration;
      },
    });
    return [];
  } catch (error) {
    if (!(error instanceof MigrationError) || current === undefined) throw error;
    const rest = migrations.filter((migration) => migration !== current);
    return [error, ...(await migrateWhatWorks(connection, rest))];
  }
}

/** A copy of the template under a name of its own. */
export function cloneTemplate(cluster: ConnectionString): Promise<ConnectionString> {
  return create(cluster, template);
}

/** A database without any schema of ours. */
export function createEmpty(cluster: ConnectionString): Promise<ConnectionString> {
  return create(cluster, "template0");
}

async function create(cluster: ConnectionString, from: string): Promise<ConnectionString> {
  const database = `test_${randomUUID().replaceAll("-", "")}`;
  await maintain(cluster, (client) => client.query(`create database ${database} template ${from}`));
  return { ...cluster, database };
}

const sayGoodbyeSeconds = 1;

/**
 * Drops the database. @throws when something is still connected to it, naming what, or when other than the expected
 * number of deadlocks happened in it: every test that races holds the order of locks to be what it should be
 */
export async function dropDatabase(cluster: ConnectionString, name: string, expectedDeadlocks = 0): Promise<void> {
  await maintain(cluster, async (client) => {
    const left = await connectionsLeft(client, name);
    const { rows } = await client.query("select deadlocks::int from pg_stat_database where datname = $1", [name]);
    const deadlocks = rows[0]?.deadlocks ?? 0;
    await client.query(`drop database ${name} with (force)`);
    if (left.length > 0) throw new Error(`Connections were left open: ${JSON.stringify(left)}`);
    if (deadlocks !== expectedDeadlocks) throw new Error(`${deadlocks} deadlocks in the database, not ${expectedDeadlocks}.`);
  });
}

/** What is connected and stays so: the server notices a goodbye a little after it was said. */
async function connectionsLeft(client: Client, name: string): Promise<unknown[]> {
  const deadline = performance.now() + sayGoodbyeSeconds * 1000;
  for (;;) {
    const { rows } = await client.query("select application_name, query from pg_stat_activity where datname = $1", [name]);
    if (rows.length === 0 || performance.now() > deadline) return rows;
  }
}

async function maintain(cluster: ConnectionString, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ host: cluster.hosts[0]?.host ?? "", user: cluster.user, database: "postgres" });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
