import { join } from "node:path";
import { pythonExecutable } from "../../scripts/python.ts";
import type { Command } from "./contestant.ts";

export const ORIGINAL_VERSION = "3.8.3";

const LAUNCHER = join(import.meta.dirname, "../../packages/server/bin/praetor.js");

/** Praetor as its users start it; on a database that exists, or with its own embedded one in a data folder. */
export function praetorCommand(place: { readonly socketFolder: string } | { readonly dataFolder: string }): Command {
  const database =
    "dataFolder" in place
      ? ["--data-dir", place.dataFolder]
      : ["--database-url", `postgresql://praetor@/praetor?host=${encodeURIComponent(place.socketFolder)}`];
  return {
    executable: LAUNCHER,
    options: (port) => ["server", "start", "--host", "127.0.0.1", "--port", String(port), ...database],
    environment: {},
  };
}

/** The original on PostgreSQL, with all its services, and nothing that asks the network or serves pages. */
export function originalCommand(socketFolder: string, home: string): Command {
  return {
    executable: pythonExecutable(ORIGINAL_VERSION),
    options: (port) => ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", String(port)],
    environment: {
      PREFECT_HOME: home,
      PREFECT_API_DATABASE_CONNECTION_URL: `postgresql+asyncpg://praetor@/original?host=${socketFolder}`,
      PREFECT_SERVER_ANALYTICS_ENABLED: "false",
      PREFECT_SERVER_UI_ENABLED: "false",
      DO_NOT_TRACK: "1",
    },
  };
}
