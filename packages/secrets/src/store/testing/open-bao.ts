import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBaoExecutable } from "../../../../../scripts/python.ts";

/** An OpenBao of a test's own, in memory, unsealed, with engines at `secret/` (version 2) and `old/` (version 1). */
export interface TestOpenBao {
  readonly address: string;
  readonly token: string;
  /** The variables by which its own command line, and ours, find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls its API as root. */
  call(method: string, path: string, body?: object): Promise<Response>;
  stop(): Promise<void>;
}

const root = "root-token-of-the-test";

export async function startOpenBao(): Promise<TestOpenBao> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  // Its own home: it leaves files there, and must not meet those of who runs the tests.
  const home = mkdtempSync(join(tmpdir(), "praetor-openbao-"));
  const words = ["server", "-dev", `-dev-listen-address=127.0.0.1:${port}`, "-dev-no-store-token", "-log-level=error"];
  const child = spawn(openBaoExecutable(), words, {
    env: { HOME: home, BAO_DEV_ROOT_TOKEN_ID: root, PATH: process.env.PATH },
    stdio: "ignore",
  });
  const call = (method: string, path: string, body?: object) =>
    fetch(`${address}/v1/${path}`, { method, headers: { "X-Vault-Token": root }, ...(body && { body: JSON.stringify(body) }) });
  await answers(child, () => call("GET", "sys/health"));
  await call("POST", "sys/mounts/old", { type: "kv", options: { version: "1" } });
  const environment = { BAO_ADDR: address, BAO_TOKEN: root, HOME: home, PATH: process.env.PATH ?? "" };
  return { address, token: root, environment, call, stop: () => stop(child, home) };
}

async function answers(child: ChildProcess, health: () => Promise<Response>): Promise<void> {
  while (child.exitCode === null) {
    const ready = await health().then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The OpenBao of the test did not start.");
}

async function stop(child: ChildProcess, home: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(home, { recursive: true, force: true });
}

/** Another process may take it before we do; then the start fails, and loudly. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
