import type { ConnectionEntry, Database, DatabaseUser } from "@praetor/topology";
import type { ConnectionString, Host } from "../connection-string.ts";
import type { Secret } from "../secret.ts";

export type Instance = ConnectionEntry["instance"];
export type Server = `${Database}/${Instance}`;

/** What is known of how a set should be: from facts, or from what most of its keys say. */
export interface Expectation {
  readonly users: Readonly<Record<DatabaseUser, string>>;
  readonly passwords: Readonly<Partial<Record<DatabaseUser, Secret>>>;
  /** The servers; a database without a replica has its primary in both places. */
  readonly servers: ReadonlyMap<Server, Host>;
}

export const serverOf = (entry: { server: Database; instance: Instance }): Server => `${entry.server}/${entry.instance}`;

export const otherInstance = (instance: Instance): Instance => (instance === "primary" ? "replica" : "primary");

/** The parts that a key's connection string must have; undefined when too little is known. */
export function expectedParts(entry: ConnectionEntry, expectation: Expectation): ConnectionString | undefined {
  const [server, password] = [expectation.servers.get(serverOf(entry)), expectation.passwords[entry.user]];
  if (server === undefined || password === undefined) return undefined;
  return { hosts: [server], user: expectation.users[entry.user], password, database: entry.database, parameters: {} };
}

/** What people call a user of the database. */
export const nameOf = (user: DatabaseUser): string => (user === "service" ? "the service user" : "the superuser");
