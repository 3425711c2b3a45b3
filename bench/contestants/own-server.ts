import type { Cluster } from "./cluster.ts";
import { originalCommand, praetorCommand } from "./commands.ts";
import { type Command, type Contestant, contestant, type Name, start } from "./contestant.ts";

/** A place for servers that a workload starts for itself: a database that no other workload uses, and a home. */
export interface OwnPlace {
  readonly name: Name;
  readonly cluster: Cluster;
  readonly databaseName: string;
  readonly database: Contestant["database"];
  readonly home: string;
}

/** As the contestants are started, on the database of that place and with more environment. */
export function ownCommand(place: OwnPlace, environment: Readonly<Record<string, string>>): Command {
  const { name, cluster, databaseName, home } = place;
  const command = name === "praetor" ? praetorCommand(cluster) : originalCommand(cluster.socketFolder, home);
  const scheme = name === "praetor" ? "postgresql" : "postgresql+asyncpg";
  const url = `${scheme}://praetor@/${databaseName}?host=${encodeURIComponent(cluster.socketFolder)}`;
  return {
    ...command,
    options: (port) => command.options(port).map((option) => (option.startsWith("postgresql://") ? url : option)),
    environment: {
      ...command.environment,
      ...(name === "original" && { PREFECT_API_DATABASE_CONNECTION_URL: url }),
      ...environment,
    },
  };
}

/** Has a server for as long as `work` takes. */
export async function serve<T>(
  place: OwnPlace,
  environment: Readonly<Record<string, string>>,
  work: (server: Contestant) => Promise<T>,
): Promise<T> {
  const server = contestant(place.name, await start(ownCommand(place, environment)), place.database);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}
