/** The one PostgreSQL that serves all contestants: the embedded binaries with the settings that Praetor ships. */
import { rmSync } from "node:fs";
import { mkdtemp, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbeddedPostgres } from "../../packages/server/src/platform/database/embedded/index.ts";

export interface Cluster {
  readonly socketFolder: string;
  readonly pid: number;
  readonly version: string;
  /** Makes an empty database and answers a connection to it, which the cluster closes when it stops. */
  createDatabase(name: string): Promise<Client>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const dataFolder = await mkdtemp(join(tmpdir(), "bench-"));
  // PostgreSQL does not run as root, so that another user must be able to pass through.
  await chmod(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder });
  const socketFolder = server.connection.hosts[0]?.host ?? "";
  const clients: Client[] = [];
  const connect = async (database: string) => {
    const client = new Client({ host: socketFolder, user: "praetor", database });
    // Of a database that is dropped and made anew.
    client.on("error", () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  const admin = await connect("postgres");
  const { rows } = await admin.query<{ server_version: string }>("show server_version");
  return {
    socketFolder,
    pid: server.pid,
    version: rows[0]?.server_version ?? "",
    async createDatabase(name) {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.query(`create database ${name}`);
      return connect(name);
    },
    async stop() {
      await Promise.all(clients.map((client) => client.end()));
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
