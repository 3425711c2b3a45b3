import type { ConnectionString } from "@praetor/secrets";
import type { Settings } from "../platform/config/index.ts";
import { type Domain, domains } from "../platform/database/migrations/index.ts";
import { openServer } from "../services/data.ts";
import type { Given } from "./definition.ts";
import { CommandError } from "./exit.ts";

/** The databases that a command is about: the one that was typed, or all three. */
export function domainsOf({ operands: [operand] }: Given): readonly Domain[] {
  return domains.filter((domain) => operand === undefined || domain === operand);
}

/** As whom a command works: the first of these settings that a database has. */
type Purpose = "connectionUrl" | "migrationUrl" | "partitionUrl";

export type Connections = Readonly<Partial<Record<Domain, ConnectionString>>>;

/**
 * Runs `work` with a connection to each of the databases: those that have connection strings of their own by these, else
 * all by the one PostgreSQL that the settings mean, which is started for that time if it is the embedded one.
 *
 * @throws CommandError when some have strings of their own and others do not
 */
export async function withDatabases<T>(
  settings: Settings,
  names: readonly Domain[],
  purposes: readonly Purpose[],
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const own = Object.fromEntries(names.map((name) => [name, ownConnection(settings, name, purposes)]));
  const missing = names.filter((name) => own[name] === undefined);
  if (missing.length === 0) return work(own);
  if (missing.length < names.length) throw new CommandError(lacks(missing, purposes[0]), undefined, "usage");
  const server = await openServer(settings, () => {});
  try {
    const { migration } = server;
    const shared = "hosts" in migration ? Object.fromEntries(names.map((name) => [name, migration])) : migration;
    return await work(shared);
  } finally {
    await server.close();
  }
}

function ownConnection(settings: Settings, name: Domain, purposes: readonly Purpose[]): ConnectionString | undefined {
  const database: Partial<Record<Purpose, ConnectionString | null>> = settings.database[name];
  return purposes.map((purpose) => database[purpose] ?? undefined).find((connection) => connection !== undefined);
}

const lacks = (names: readonly Domain[], purpose: Purpose = "connectionUrl") =>
  `No connection string for ${names.join(" and ")}: set ${names.map((name) => variableOf(name, purpose)).join(", ")}, or name one database.`;

/** `PRAETOR_DATABASE_ORION_SETUP_URL` */
export function variableOf(name: Domain, setting: Purpose | "setupUrl" | "servicePassword"): string {
  return `PRAETOR_DATABASE_${name}_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`)}`.toUpperCase();
}
