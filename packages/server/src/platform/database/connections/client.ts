import type { ConnectionString } from "@praetor/secrets";
import type { Client } from "pg";
import { Connector } from "./connector.ts";

export interface ClientOptions {
  readonly connection: ConnectionString;
  /** What `pg_stat_activity` shows. */
  readonly applicationName: string;
  /** Longest wait for the connection, 10 by default. */
  readonly connectTimeoutSeconds?: number;
  /** Longest run of one statement; by default none is cut: building an index takes as long as it takes. */
  readonly statementTimeoutSeconds?: number;
}

/**
 * Lends one session of the driver for administration, and closes it afterwards.
 *
 * @throws DatabaseUnavailable when it cannot be opened, DatabaseConfigurationError, and whatever `work` throws
 */
export async function withClient<T>(options: ClientOptions, work: (client: Client) => Promise<T>): Promise<T> {
  const { connection, applicationName, connectTimeoutSeconds = 10, statementTimeoutSeconds = 0 } = options;
  const connector = new Connector({ connection, applicationName, connectTimeoutSeconds, statementTimeoutSeconds });
  const client = await connector.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
