/** One running server, ours or the original, on a free port and with a data folder of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonExecutable } from "../../scripts/python.ts";
import { serverSettings, type Configuration } from "./configurations.ts";
import { eventually } from "./eventually.ts";

export interface Server {
  /** The address that clients are given, with its `/api`. */
  readonly api: string;
  /** Stops it, and fails when it complained of anything while it ran or stopped. */
  stop(): Promise<void>;
}

const TARGET = process.env["CONFORMANCE_TARGET"] ?? "praetor";

export async function startServer(configuration: Configuration): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "conformance-server-"));
  // Started by root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const output = join(folder, "server.log");
  const child = TARGET === "original" ? spawnOriginal(configuration, folder, port) : spawnPraetor(configuration, folder, port);
  const file = createWriteStream(output);
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  const stop = async () => {
    await stopProcess(child);
    const complaints = TARGET === "original" ? [] : complaintsIn(readFileSync(output, "utf8"));
    rmSync(folder, { recursive: true, force: true });
    if (complaints.length > 0) throw new Error(`the server complained:\n${complaints.join("\n")}`);
  };
  try {
    await eventually(() => isHealthy(port, child), Boolean, 90);
  } catch (cause) {
    const words = readFileSync(output, "utf8").slice(-4000);
    await stop().catch(() => undefined);
    throw new Error(`the server (${TARGET}) did not start:\n${words}`, { cause });
  }
  return { api: `http://127.0.0.1:${port}/api`, stop };
}

function spawnPraetor(configuration: Configuration, folder: string, port: number): ChildProcess {
  const command = join(import.meta.dirname, "../../packages/server/bin/praetor.js");
  const options = [
    "server",
    "start",
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--log-format",
    "json",
    "--data-dir",
    join(folder, "data"),
  ];
  return spawn(process.execPath, [command, ...options], { env: { ...environment(), ...serverSettings(configuration) } });
}

function spawnOriginal(configuration: Configuration, folder: string, port: number): ChildProcess {
  const options = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", String(port)];
  const settings = {
    PREFECT_HOME: folder,
    PREFECT_SERVER_UI_ENABLED: "false",
    PREFECT_SERVER_ANALYTICS_ENABLED: "false",
    ...serverSettings(configuration),
  };
  return spawn(pythonExecutable("3.8.3"), options, { env: { ...environment(), ...settings } });
}

/** Ours without settings: nothing that the developer uses elsewhere, least of all a database, is touched. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PREFECT|PRAETOR)_/.test(name)));
}

async function isHealthy(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the server ended with exit code ${child.exitCode}`);
  const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
  return answer?.ok ?? false;
}

/** By day no process of a run vanishes without a word; at night one is made to. */
const expected = process.env["CONFORMANCE_NIGHTLY"] === undefined ? undefined : /a flow run's process gives no sign of life/;

/** What a server logs above `info` is a fault of its own: nothing else that the scenarios do is out of the ordinary. */
function complaintsIn(log: string): string[] {
  return log.split("\n").filter((line) => /"level":"(warn|error|fatal)"/.test(line) && !expected?.test(line));
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await ended;
  clearTimeout(impatient);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port could be had");
  return address.port;
}
