/** A real PostgreSQL and a real Redis for the Pods of a test, which see this machine as `host.internal`. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { startCluster, type TestCluster } from "../../packages/server/src/platform/database/testing/cluster.ts";

export interface Peers {
  readonly postgres: TestCluster;
  /** The superuser's password. */
  readonly superPassword: string;
  readonly redis: { readonly port: number; readonly password: string };
  stop(): Promise<void>;
}

/** Starts both on an address of this machine that Pods can reach. */
export async function startPeers(address: string): Promise<Peers> {
  const postgres = await startCluster({ listen_addresses: `127.0.0.1,${address}`, max_connections: "900" });
  const redis = await startRedis(address);
  const superPassword = postgres.connection.password?.reveal() ?? "";
  const stop = async () => {
    await Promise.all([postgres.remove(), redis.stop()]);
  };
  return { postgres, superPassword, redis, stop };
}

async function startRedis(address: string): Promise<Peers["redis"] & { stop(): Promise<void> }> {
  installRedis();
  const port = await freePort(address);
  const password = `Redis, of tests/ ${randomBytes(9).toString("base64")}`;
  const server = spawn("redis-server", ["-"], { stdio: ["pipe", "ignore", "inherit"] });
  const settings = [`port ${port}`, `bind ${address}`, `requirepass "${password}"`, 'save ""', "maxmemory-policy noeviction"];
  server.stdin.end(`${settings.join("\n")}\n`);
  while (!(await answers(address, port))) {
    if (server.exitCode !== null) throw new Error("The Redis of the test did not start.");
    await pause(20);
  }
  return { port, password, stop: () => end(server) };
}

function installRedis(): void {
  if (spawnSync("redis-server", ["--version"]).status === 0) return;
  if (!existsSync("/usr/bin/apt-get")) throw new Error("redis-server is needed; install it");
  execFileSync("apt-get", ["update"], { stdio: "ignore" });
  execFileSync("apt-get", ["install", "--yes", "--no-install-recommends", "redis-server"], { stdio: "ignore" });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
