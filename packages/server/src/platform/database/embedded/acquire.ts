import { dirname } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { ClusterFolder } from "./cluster-folder.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { type Lock, tryLock } from "./lock.ts";
import type { Owner } from "./owner.ts";
import { processExists } from "./processes.ts";
import { isRunning, type Launch, launch, type Postmaster, readPostmaster, removeLeftover } from "./postmaster.ts";
import type { ServerSettings } from "./server-settings.ts";
import { pause } from "./wait.ts";

/** Recovery after a crash of the machine reads at most as much log as lies between two checkpoints. */
const startSeconds = 120;
const relaunchPauseMilliseconds = 50;

export interface Acquired {
  readonly lock: Lock;
  /** Whether we started the server; else we found it running. */
  readonly launched: boolean;
}

/**
 * Finds the cluster's server running or starts it, and becomes the one process that answers for it. Neither a file
 * nor a process number decides that, since both outlive a crash: whoever holds the server's own advisory lock does.
 *
 * @throws EmbeddedError folder_in_use, start_failed
 */
export async function acquireCluster(
  folder: ClusterFolder,
  owner: Owner,
  binaries: Binaries,
  settings: ServerSettings,
): Promise<Acquired> {
  const deadline = performance.now() + startSeconds * 1000;
  let launched: Launch | undefined;
  while (performance.now() < deadline) {
    const found = readPostmaster(folder);
    const lock = found && (await lockOf(found, folder));
    if (lock) return { lock, launched: launched?.pid === lock.postmaster.pid };
    if (found && !isRunning(found)) removeLeftover(folder, found);
    else if (!found) launched ??= launch(folder, owner, binaries, settings);
    const lastWords = launched?.ended();
    if (lastWords !== undefined) {
      requireTransient(lastWords, folder);
      launched = undefined;
      await pause(relaunchPauseMilliseconds);
    }
    await pause();
  }
  throw new EmbeddedError("start_failed", "", ` within ${startSeconds} s; its log is ${folder.log}`);
}

async function lockOf(found: Postmaster, { root }: ClusterFolder): Promise<Lock | undefined> {
  const attempt = await tryLock(found);
  if ("lock" in attempt) return attempt.lock;
  // The connection of a process that was just killed may still be closing.
  if ("holder" in attempt && processExists(attempt.holder)) {
    throw new EmbeddedError("folder_in_use", `The data folder ${dirname(root)}`, ` by process ${attempt.holder}`);
  }
  return undefined;
}

/** Somebody else started it first, or the backends of a killed server are still going. */
const transient = /already exists|is still in use/;

/** @throws EmbeddedError start_failed, with the last thing that PostgreSQL complained about */
function requireTransient(lastWords: string, { log }: ClusterFolder): void {
  if (transient.test(lastWords)) return;
  const complaint = lastWords.match(/(?:FATAL|PANIC):\s+(.*)/g)?.at(-1) ?? lastWords.trim().replaceAll(/\s+/g, " ");
  throw new EmbeddedError("start_failed", "", `: ${complaint} (its log is ${log})`);
}
