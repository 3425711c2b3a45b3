import { formatConnectionString, parseConnectionString, type ConnectionString } from "@praetor/secrets";
import { inject } from "vitest";
import { openDatabases } from "./database.ts";
import type { Databases } from "./executor.ts";
import { openDatabaseNames } from "./testing/open-databases.ts";
import { cloneTemplate, dropDatabase } from "./testing/template.ts";

/** A database of one's own, migrated and empty but for what migrations put there. */
export interface TestDatabase {
  readonly databases: Databases;
  readonly connection: ConnectionString;
  /** The connection as a string, for processes under test. */
  readonly url: string;
  /**
   * Closes the pools and drops the database. @throws when something is still connected to it, or when PostgreSQL counted
   * deadlocks in it, unless the test made them (`deadlocks`)
   */
  readonly close: (expected?: { readonly deadlocks: number }) => Promise<void>;
}

/** Clones the template that this run's set-up migrated. Close it in `afterAll`, or the file fails. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const cluster = parseConnectionString(inject("postgres"));
  const connection = await cloneTemplate(cluster);
  const databases = openDatabases({ connection, applicationName: "praetor test", sharedConnections: 2, ownConnections: 4 });
  const name = connection.database ?? "";
  openDatabaseNames.add(name);
  return {
    databases,
    connection,
    url: formatConnectionString(connection).reveal(),
    close: async ({ deadlocks } = { deadlocks: 0 }) => {
      openDatabaseNames.delete(name);
      await databases.close();
      await dropDatabase(cluster, name, deadlocks);
    },
  };
}
