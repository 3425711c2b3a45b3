import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Client } from "pg";
import { cpuSeconds, residentMegabytes, signalTree } from "./processes.ts";

export type Name = "praetor" | "original";

/** A running server under test, on a database of its own. */
export interface Contestant {
  readonly name: Name;
  /** With its `/api`. */
  readonly url: string;
  /** The same, for sockets. */
  readonly socketUrl: string;
  /** To seed and to look behind the API. */
  readonly database: Client;
  /** Seconds of CPU used so far. */
  cpu(): number;
  residentMegabytes(): number;
  /** What it printed last. */
  lastWords(): string;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** How a server is started: the command line for a port. */
export interface Command {
  readonly executable: string;
  readonly options: (port: number) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  readonly lastWords: () => string;
  /** From the start of the process to the first healthy answer. */
  readonly seconds: number;
}

const START_SECONDS = 300;

/** Starts a server and waits until it is healthy. @throws with what it printed when it is not */
export async function start(command: Command): Promise<Started> {
  const port = await freePort();
  const begun = performance.now();
  const environment = { ...process.env, ...command.environment };
  const child = spawn(command.executable, command.options(port), { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output = `${output}${chunk}`.slice(-4000)));
  while (!(await isHealthy(port))) {
    const late = performance.now() - begun > START_SECONDS * 1000;
    if (child.exitCode !== null || late) throw new Error(`${command.executable} did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { child, port, lastWords: () => output, seconds: (performance.now() - begun) / 1000 };
}

async function isHealthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined);
  return answer?.ok ?? false;
}

/** A started server as one that takes part. */
export function contestant(name: Name, { child, port, lastWords }: Started, database: Client): Contestant {
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} has no process`);
  return {
    name,
    url: `http://127.0.0.1:${port}/api`,
    socketUrl: `ws://127.0.0.1:${port}/api`,
    database,
    lastWords,
    cpu: () => cpuSeconds(pid),
    residentMegabytes: () => residentMegabytes(pid),
    freeze: () => signalTree(pid, "SIGSTOP"),
    thaw: () => signalTree(pid, "SIGCONT"),
    stop: () => stopChild(child),
  };
}

/** Asks the server to end, and insists after a while. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), 20_000);
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
