import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause } from "../platform/database/embedded/wait.ts";
import { reachPort } from "../platform/doctor/network.ts";

/** A Redis of a test's own. */
export interface TestRedis {
  readonly port: number;
  /** Ends it and starts it again from its file. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a Redis with these lines of configuration, in a file that it may rewrite: no password in a list of processes. */
export async function startRedis(...lines: readonly string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "praetor-redis-"));
  const port = await freePort();
  const file = join(folder, "redis.conf");
  writeFileSync(file, [`port ${port}`, "bind 127.0.0.1", 'save ""', `dir ${folder}`, ...lines, ""].join("\n"), { mode: 0o600 });
  let child = await run(file, port);
  return {
    port,
    restart: async () => {
      await end(child);
      child = await run(file, port);
    },
    remove: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function run(file: string, port: number): Promise<ChildProcess> {
  const child = spawn("redis-server", [file], { stdio: "ignore" });
  while ((await reachPort({ host: "127.0.0.1", port })).length > 0) {
    if (child.exitCode !== null) throw new Error("The Redis of the test did not start.");
    await pause(10);
  }
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}
