import { type ConnectionString, describeConnectionString } from "@praetor/secrets";
import { databaseTarget, type Settings } from "../platform/config/index.ts";
import { type Databases, openDatabases } from "../platform/database/index.ts";
import { type EmbeddedEvent, startEmbeddedPostgres } from "../platform/database/embedded/index.ts";
import { migrate, type MigrationProgress, requireCurrentSchema } from "../platform/database/migrations/index.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";

/** What takes a while at a start, for the terminal. */
export type DataStep = EmbeddedEvent | MigrationProgress;

export interface Server {
  readonly connection: ConnectionString;
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
  if (target.kind === "external") {
    const description = describeConnectionString(target.connection);
    return { connection: target.connection, description, close: () => Promise.resolve(), abandon: () => {} };
  }
  const embedded = await startEmbeddedPostgres({ dataFolder: target.folder, onEvent: onStep });
  return {
    connection: embedded.connection,
    description: target.folder,
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
  if (settings.database.migrateOnStart) await migrate(server.connection, { onProgress: onStep });
  else await requireCurrentSchema(server.connection);
}

/** Opens the databases of a server; nothing connects before the first statement. */
export function openData(settings: Settings, { connection }: Server, metrics: Metrics): Databases & { close(): Promise<void> } {
  const { database } = settings;
  return openDatabases({
    connection,
    statementTimeoutSeconds: database.timeout,
    connectTimeoutSeconds: database.connectionTimeout,
    ownConnections: database.poolSize,
    observer: { waited: (seconds) => metrics.poolWait("praetor", seconds) },
  });
}

/** What happens to an embedded server while it runs, for the log. */
export function logEmbedded(log: Log, step: DataStep): void {
  if (step.kind === "lost") log.error("the embedded PostgreSQL has ended; starting it again");
  if (step.kind === "restored") log.warn("the embedded PostgreSQL serves again");
  if (step.kind === "restore_failed") log.error({ err: step.error }, "the embedded PostgreSQL does not start; trying again");
}
