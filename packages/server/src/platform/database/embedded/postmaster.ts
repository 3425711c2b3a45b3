import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { type ClusterFolder, readIfThere, rotateLog, socketFolder } from "./cluster-folder.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { giveTo, type Owner } from "./owner.ts";
import { processExists } from "./processes.ts";
import type { ServerSettings } from "./server-settings.ts";
import { until } from "./wait.ts";

/** A server that says of itself, in its pid file, that it runs. */
export interface Postmaster {
  readonly pid: number;
  readonly socketFolder: string;
}

/** What the cluster's pid file says; it may be the leftover of a killed server. */
export function readPostmaster({ data }: ClusterFolder): Postmaster | undefined {
  const [pid, , , , socketFolder] = readIfThere(join(data, "postmaster.pid"))?.split("\n") ?? [];
  if (!pid || !socketFolder) return undefined;
  return { pid: Number(pid), socketFolder };
}

/** Whether the process lives and is a PostgreSQL: after a restart of a container the number may be another's. */
export function isRunning({ pid }: Postmaster): boolean {
  if (!processExists(pid)) return false;
  if (process.platform !== "linux") return true;
  const status = readIfThere(`/proc/${pid}/status`);
  return status !== undefined && /^Name:\s+postgres$/m.test(status) && !/^State:\s+Z/m.test(status);
}

/** PostgreSQL would believe a leftover whose number is another process's by now, and not start. */
export function removeLeftover({ data }: ClusterFolder, { pid }: Postmaster): void {
  const path = join(data, "postmaster.pid");
  if (Number(readIfThere(path)?.split("\n")[0]) === pid) rmSync(path, { force: true });
}

const fastSeconds = 20;
const immediateSeconds = 5;

/**
 * Shuts the server down, so that no process of it is left: first in order; then, should a backend not let go, at once,
 * which loses nothing either but makes the next start recover from the log.
 *
 * @throws EmbeddedError stop_failed
 */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  for (const [signal, seconds] of [
    ["SIGINT", fastSeconds],
    ["SIGQUIT", immediateSeconds],
  ] as const) {
    if (!isRunning(postmaster)) return;
    tell(postmaster, signal);
    if (await until(() => !isRunning(postmaster), seconds)) return;
  }
  throw new EmbeddedError("stop_failed", "", ` (process ${postmaster.pid})`);
}

/** Tells the server to end at once. */
export function abandonPostmaster(postmaster: Postmaster): void {
  if (isRunning(postmaster)) tell(postmaster, "SIGQUIT");
}

function tell({ pid }: Postmaster, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

/** A server that we started, until it ends. */
export interface Launch {
  readonly pid: number | undefined;
  /** What it wrote to its log when it ended; undefined while it runs. */
  ended(): string | undefined;
}

/**
 * Starts the server in a session of its own, so that Ctrl-C reaches only us: it must outlive our last statement, and
 * it may outlive us.
 */
export function launch(folder: ClusterFolder, owner: Owner, { postgres }: Binaries, settings: ServerSettings): Launch {
  rotateLog(folder);
  const log = openSync(folder.log, "a", 0o600);
  giveTo(owner, folder.log);
  const logStart = readIfThere(folder.log)?.length ?? 0;
  const given = Object.entries({ ...settings, unix_socket_directories: socketFolder(folder, owner) });
  const child = spawn(postgres, ["-D", folder.data, ...given.flatMap(([name, value]) => ["-c", `${name}=${value}`])], {
    cwd: folder.root,
    env: {},
    detached: true,
    stdio: ["ignore", log, log],
    ...(owner.uid !== undefined && { uid: owner.uid }),
    ...(owner.gid !== undefined && { gid: owner.gid }),
  });
  closeSync(log);
  child.unref();
  return { pid: child.pid, ended: whenEnded(child, () => readIfThere(folder.log)?.slice(logStart) ?? "") };
}

function whenEnded(child: ChildProcess, readLog: () => string): () => string | undefined {
  let problem: string | undefined;
  let exited = false;
  child.on("error", (error) => (problem = error.message));
  child.on("exit", () => (exited = true));
  return () => problem ?? (exited ? readLog() : undefined);
}
