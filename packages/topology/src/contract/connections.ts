import { jobs, services } from "../rows.ts";
import type { Database, Service } from "../types.ts";
import type { ConnectionEntry, ContractEntry, PasswordEntry } from "./types.ts";

type Instance = ConnectionEntry["instance"];

/** The key of the service user's password in each Secret of a primary. */
const PASSWORD_KEY = "prefect-user-password";

/** The keys that the published list puts first in each Secret; the others follow by name. */
const leading: Readonly<Record<Database, readonly string[]>> = {
  events: ["db-migration", "schema-setup", "partman", PASSWORD_KEY],
  nebula: [PASSWORD_KEY, "schema-setup", "db-migration"],
  orion: ["db-migration", PASSWORD_KEY, "cancellation-cleanup", "schema-setup"],
};

/** The Secrets of the three databases, one for each primary and each replica. */
export function databaseEntries(): ContractEntry[] {
  const databases: readonly Database[] = ["events", "nebula", "orion"];
  return databases.flatMap((database) => [...entriesOf(database, "replica"), ...entriesOf(database, "primary")]);
}

function entriesOf(database: Database, instance: Instance): ContractEntry[] {
  const holders = [...jobs, ...services].filter((row) => row.databases[database]?.includes(instance));
  const connections = holders.map((row) => connectionOf(row, database, instance));
  const entries = instance === "primary" ? [...connections, passwordOf(database)] : connections;
  const rank = ({ key }: ContractEntry): number => {
    const at = instance === "primary" ? leading[database].indexOf(key) : -1;
    return at < 0 ? leading[database].length : at;
  };
  return entries.toSorted((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}

const objectOf = (database: Database, instance: Instance) =>
  `${database}${instance === "replica" ? "-replica" : ""}-user-connection-strings`;

function connectionOf({ name, does, login }: Service, database: Database, instance: Instance): ConnectionEntry {
  return {
    kind: "connection",
    encoding: "percent",
    object: objectOf(database, instance),
    key: name,
    readers: [name],
    purpose: `the ${instance} of ${database} for ${name}, which ${does}`,
    optional: false,
    user: login?.user ?? "service",
    scheme: login?.scheme ?? "postgresql+asyncpg",
    database: login?.database === "maintenance" ? "postgres" : database,
    server: database,
    instance,
  };
}

function passwordOf(database: Database): PasswordEntry {
  return {
    kind: "password",
    encoding: "raw",
    object: objectOf(database, "primary"),
    key: PASSWORD_KEY,
    readers: ["schema-setup"],
    purpose: `the password that schema-setup gives the service user in ${database}, as it is`,
    optional: false,
    user: "service",
    server: database,
  };
}
