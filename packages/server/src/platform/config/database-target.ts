import { type ConnectionString, DEFAULT_PORT } from "@praetor/secrets";
import type { Settings } from "./declaration/index.ts";
import { SettingsError } from "./error.ts";
import { keyName } from "./names.ts";

/** How to reach one database. */
export interface DatabaseServers {
  readonly connection: ConnectionString;
  readonly replica?: ConnectionString;
}

const names = ["orion", "events", "nebula"] as const;
export type DatabaseName = (typeof names)[number];

/** Where the data lives: a PostgreSQL of our own in a folder, one that somebody else runs, or one for each database. */
export type DatabaseTarget =
  | { readonly kind: "embedded"; readonly folder: string }
  | ({ readonly kind: "external" } & DatabaseServers)
  | { readonly kind: "separate"; readonly databases: Readonly<Record<DatabaseName, DatabaseServers>> };

/** What the settings say: a connection URL for each database, else one for all, else its parts, else the embedded PostgreSQL. */
export function databaseTarget({ database, dataDir }: Pick<Settings, "database" | "dataDir">): DatabaseTarget {
  if (names.some((name) => database[name].connectionUrl !== null)) return separate(database);
  const replica = present("replica", database.replicaUrl);
  if (database.connectionUrl !== null) return { kind: "external", connection: database.connectionUrl, ...replica };
  const { host, port, user, name, password } = database;
  if (host === null) {
    if (user === null && name === null && password === null) return { kind: "embedded", folder: dataDir };
    throw new SettingsError(["database.host is missing: user, name or password of a database are set, but not where it is."]);
  }
  return {
    kind: "external",
    connection: {
      hosts: [{ host, port: port ?? DEFAULT_PORT }],
      ...present("user", user),
      ...present("password", password),
      ...present("database", name),
      parameters: {},
    },
    ...replica,
  };
}

function separate(database: Settings["database"]): DatabaseTarget {
  const missing = names.filter((name) => database[name].connectionUrl === null);
  if (missing.length > 0) {
    const keys = missing.map((name) => keyName(["database", name, "connectionUrl"]));
    throw new SettingsError(
      keys.map((key) => `${key} is missing: another of the three databases has a connection URL of its own.`),
    );
  }
  const servers = (name: DatabaseName) => {
    const { connectionUrl, replicaUrl } = database[name];
    return connectionUrl === null ? [] : [[name, { connection: connectionUrl, ...present("replica", replicaUrl) }] as const];
  };
  return { kind: "separate", databases: Object.fromEntries(names.flatMap(servers)) as Record<DatabaseName, DatabaseServers> };
}

/** The key with its value, or no key at all. */
function present<K extends string, V>(key: K, value: V | null): { readonly [key in K]?: V } {
  return value === null ? {} : ({ [key]: value } as { readonly [key in K]: V });
}
