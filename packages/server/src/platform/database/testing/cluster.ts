import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionString, Secret } from "@praetor/secrets";
import { Client, type QueryResultRow } from "pg";
import { installBinaries } from "../embedded/binaries.ts";
import { type Owner, postgresOwner } from "../embedded/owner.ts";
import { pause } from "../embedded/wait.ts";

/** A server of a test's own: on a port, with passwords, and able to have a standby. */
export interface TestCluster {
  readonly port: number;
  /** The superuser `postgres`, at the database `postgres`. */
  readonly connection: ConnectionString;
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  /** Shuts the server down in order and keeps its files. */
  halt(): Promise<void>;
  start(): Promise<void>;
  /** A streaming standby on a port of its own; the primary is away for a moment while its files are copied. */
  addStandby(): Promise<TestCluster>;
  /** Ends the server and removes its files. */
  remove(): Promise<void>;
}

/** Makes and starts a server with these settings, on a port that is free unless one is asked for. */
export async function startCluster(settings: Readonly<Record<string, string>> = {}, port?: number): Promise<TestCluster> {
  const owner = postgresOwner();
  const root = mkdtempSync(join(tmpdir(), "praetor-cluster-"));
  chmodSync(root, 0o755);
  const data = join(root, "data");
  const password = Secret.of(`p@ss/ ${randomBytes(6).toString("base64")}`);
  const file = join(root, "password");
  writeFileSync(file, password.reveal(), { mode: 0o644 });
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(root, owner.uid, owner.gid);
  const options = ["--username", "postgres", "--pwfile", file, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"];
  execFileSync(installBinaries().initdb, ["--pgdata", data, "--no-sync", ...options], { ...identity(owner), cwd: root });
  // For those who give it another address of this machine to listen on.
  appendFileSync(join(data, "pg_hba.conf"), "host all all samenet scram-sha-256\n");
  const cluster = new Cluster(root, data, owner, password, port ?? (await freePort()), settings);
  await cluster.start();
  return cluster;
}

const identity = ({ uid, gid }: Owner) => ({
  env: {},
  ...(uid !== undefined && { uid }),
  ...(gid !== undefined && { gid }),
});

/** Another process may take it before we do; then the start fails, and loudly. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

class Cluster implements TestCluster {
  readonly port: number;
  readonly connection: ConnectionString;
  readonly #root: string;
  readonly #data: string;
  readonly #owner: Owner;
  readonly #password: Secret;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  constructor(
    root: string,
    data: string,
    owner: Owner,
    password: Secret,
    port: number,
    settings: Readonly<Record<string, string>>,
  ) {
    this.#root = root;
    this.#data = data;
    this.#owner = owner;
    this.#password = password;
    this.port = port;
    this.#settings = settings;
    const hosts = [{ host: "127.0.0.1", port }];
    this.connection = { hosts, user: "postgres", password, database: "postgres", parameters: { sslmode: "disable" } };
  }

  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      fsync: "off",
      shared_buffers: "16MB",
      max_connections: "60",
      wal_level: "replica",
      wal_receiver_status_interval: "100ms",
      wal_retrieve_retry_interval: "100ms",
      lc_messages: "C",
      ...this.#settings,
    };
    const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const { postgres } = installBinaries();
    this.#child = spawn(postgres, ["-D", this.#data, ...given], { ...identity(this.#owner), cwd: this.#root, stdio: "ignore" });
    await this.#answers(this.#child);
  }

  async #answers(child: ChildProcess): Promise<void> {
    while (child.exitCode === null) {
      try {
        await this.query("select 1");
        return;
      } catch {
        await pause(20);
      }
    }
    throw new Error("The server of the test did not start.");
  }

  async query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = new Client({
      host: "127.0.0.1",
      port: this.port,
      user: "postgres",
      password: this.#password.reveal(),
      database: "postgres",
    });
    client.on("error", () => {});
    try {
      await client.connect();
      return (await client.query<R>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async halt(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await ended;
  }

  async addStandby(): Promise<TestCluster> {
    await this.halt();
    const root = `${this.#root}-standby`;
    const data = join(root, "data");
    cpSync(this.#root, root, { recursive: true });
    for (const path of [root, data]) chmodSync(path, path === data ? 0o700 : 0o755);
    writeFileSync(join(data, "standby.signal"), "");
    if (this.#owner.uid !== undefined) execFileSync("chown", ["-R", `${this.#owner.uid}:${this.#owner.gid}`, root]);
    await this.start();
    const parts = { host: "127.0.0.1", port: this.port, user: "postgres", password: this.#password.reveal() };
    const primary = Object.entries(parts).map(([name, value]) => `${name}='${value}'`);
    const settings = { ...this.#settings, primary_conninfo: primary.join(" ") };
    const standby = new Cluster(root, data, this.#owner, this.#password, await freePort(), settings);
    await standby.start();
    return standby;
  }

  async remove(): Promise<void> {
    await this.halt();
    rmSync(this.#root, { recursive: true, force: true });
  }
}
