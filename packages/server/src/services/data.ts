import { describeConnectionString } from "@praetor/secrets";
import { type DatabaseName, type DatabaseServers, databaseTarget, type Settings } from "../platform/config/index.ts";
import { type Databases, openDatabases } from "../platform/database/index.ts";
import { type EmbeddedEvent, startEmbeddedPostgres } from "../platform/database/embedded/index.ts";
import {
  migrate,
  type MigrationProgress,
  type MigrationTargets,
  requireCurrentSchema,
} from "../platform/database/migrations/index.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";

/** What takes a while at a start, for the terminal. */
export type DataStep = EmbeddedEvent | MigrationProgress;

export interface Server {
  /** One for all databases, or one for each. */
  readonly databases: DatabaseServers | Readonly<Record<DatabaseName, DatabaseServers>>;
  /** As whom each schema is brought up to date. */
  readonly migration: MigrationTargets;
  /** Where the data lies, for people: a folder, or a connection string without its password. */
  readonly description: string;
  /** Lets go of the server; one of our own is shut down. */
  close(): Promise<void>;
  /** Ends a server of our own at once: nothing that was committed is lost, and its next start recovers from its log. */
  abandon(): void;
}

/**
 * Finds the PostgreSQL that the settings mean: the embedded one, which is started, or somebody else's.
 *
 * @throws EmbeddedError, SettingsError
 */
export async function openServer(settings: Settings, onStep: (step: DataStep) => void): Promise<Server> {
  const target = databaseTarget(settings);
  if (target.kind === "embedded") return openEmbedded(target.folder, onStep);
  const others = { close: () => Promise.resolve(), abandon: () => {} };
  if (target.kind === "external") {
    const { connection } = target;
    return { databases: target, migration: connection, description: describeConnectionString(connection), ...others };
  }
  const { orion, events, nebula } = target.databases;
  const migration = {
    orion: settings.database.orion.migrationUrl ?? orion.connection,
    events: settings.database.events.migrationUrl ?? events.connection,
    nebula: settings.database.nebula.migrationUrl ?? nebula.connection,
  };
  const description = [orion, events, nebula].map(({ connection }) => describeConnectionString(connection)).join(", ");
  return { databases: target.databases, migration, description, ...others };
}

async function openEmbedded(folder: string, onStep: (step: DataStep) => void): Promise<Server> {
  const embedded = await startEmbeddedPostgres({ dataFolder: folder, onEvent: onStep });
  const { connection } = embedded;
  return {
    databases: { connection },
    migration: connection,
    description: folder,
    close: () => embedded.stop(),
    abandon: () => embedded.abandon(),
  };
}

/**
 * Brings the schema up to date, or, where the settings say so, only checks that it is.
 *
 * @throws MigrationError, DatabaseUnavailable
 */
export async function prepareSchema(settings: Settings, server: Server, onStep: (step: DataStep) => void): Promise<void> {
  if (settings.database.migrateOnStart) await migrate(server.migration, { onProgress: onStep });
  else await requireCurrentSchema(server.migration);
}

/** Opens the databases of a server; nothing connects before the first statement. */
export function openData(settings: Settings, { databases }: Server, metrics: Metrics): Databases & { close(): Promise<void> } {
  const { timeout, connectionTimeout, poolSize } = settings.database;
  const options = (name: string, servers: DatabaseServers) => ({
    ...servers,
    statementTimeoutSeconds: timeout,
    connectTimeoutSeconds: connectionTimeout,
    ownConnections: poolSize,
    observer: {
      waited: (seconds: number) => metrics.poolWait(name, seconds),
      deadlocked: () => metrics.deadlock(name),
    },
  });
  if ("connection" in databases) return openDatabases(options("praetor", databases));
  return openDatabases({
    orion: options("orion", databases.orion),
    events: options("events", databases.events),
    nebula: options("nebula", databases.nebula),
  });
}

/** What happens to an embedded server while it runs, for the log. */
export function logEmbedded(log: Log, step: DataStep): void {
  if (step.kind === "lost") log.error("the embedded PostgreSQL has ended; starting it again");
  if (step.kind === "restored") log.warn("the embedded PostgreSQL serves again");
  if (step.kind === "restore_failed") log.error({ err: step.error }, "the embedded PostgreSQL does not start; trying again");
}
