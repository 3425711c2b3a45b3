import { type ConnectionString, DEFAULT_PORT } from "@praetor/secrets";
import type { Settings } from "./declaration/index.ts";
import { SettingsError } from "./error.ts";

/** Where the data lives: a PostgreSQL of our own in a folder, or one that somebody else runs. */
export type DatabaseTarget =
  | { readonly kind: "embedded"; readonly folder: string }
  | { readonly kind: "external"; readonly connection: ConnectionString };

/** What the settings say: a connection URL, else its parts, else the embedded PostgreSQL. */
export function databaseTarget({ database, dataDir }: Pick<Settings, "database" | "dataDir">): DatabaseTarget {
  if (database.connectionUrl !== null) return { kind: "external", connection: database.connectionUrl };
  const { host, port, user, name, password } = database;
  if (host === null) {
    if (user === null && name === null && password === null) return { kind: "embedded", folder: dataDir };
    throw new SettingsError(["database.host is missing: user, name or password of a database are set, but not where it is."]);
  }
  return {
    kind: "external",
    connection: {
      hosts: [{ host, port: port ?? DEFAULT_PORT }],
      ...(user === null ? {} : { user }),
      ...(password === null ? {} : { password }),
      ...(name === null ? {} : { database: name }),
      parameters: {},
    },
  };
}
