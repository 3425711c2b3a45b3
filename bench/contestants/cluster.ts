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
  /** Makes an empty database and answers a connection to it. */
  createDatabase(name: string): Promise<Client>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const dataFolder = await mkdtemp(join(tmpdir(), "bench-"));
  // PostgreSQL does not run as root, so that another user must be able to pass through.
  await chmod(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder });
  const socketFolder = server.connection.hosts[0]?.host ?? "";
  const connect = async (database: string) => {
    const client = new Client({ host: socketFolder, user: "praetor", database });
    await client.connect();
    return client;
  };
  return {
    socketFolder,
    pid: server.pid,
    async createDatabase(name) {
      const admin = await connect("postgres");
      await admin.query(`drop database if exists ${name}`);
      await admin.query(`create database ${name}`);
      await admin.end();
      return connect(name);
    },
    async stop() {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
