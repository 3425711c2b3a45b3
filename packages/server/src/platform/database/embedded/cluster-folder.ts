import { createHash, randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { processExists } from "./processes.ts";
import { firstClosedFolder, giveTo, openly, type Owner } from "./owner.ts";

/** The major version of the packaged PostgreSQL, as clusters record it. */
const majorVersion = "18";

/** Where the parts of one embedded PostgreSQL lie; everything belongs to the user it runs as. */
export interface ClusterFolder {
  /** Closed to other users. */
  readonly root: string;
  /** PostgreSQL's own data folder. */
  readonly data: string;
  readonly log: string;
}

/**
 * Makes `<dataFolder>/postgres`.
 *
 * @throws EmbeddedError folder_not_writable, folder_not_reachable
 */
export function prepareFolder(dataFolder: string, owner: Owner): ClusterFolder {
  const root = join(resolve(dataFolder), "postgres");
  try {
    openly(() => makeFolders(resolve(dataFolder)));
    mkdirSync(root, { recursive: true, mode: 0o700 });
    giveTo(owner, root);
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EmbeddedError("folder_not_writable", `The data folder ${resolve(dataFolder)}`, "", error);
  }
  const closed = firstClosedFolder(owner, root);
  if (closed !== undefined) throw new EmbeddedError("folder_not_reachable", `The data folder ${resolve(dataFolder)} (${closed})`);
  return { root, data: join(root, "cluster"), log: join(root, "postgres.log") };
}

/** Node's own recursive `mkdir` never ends below a folder like /proc, which says of its children that it is not there itself. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/**
 * Whether the folder holds a cluster that this version can run.
 *
 * @throws EmbeddedError folder_of_other_version, folder_not_a_cluster
 */
export function holdsCluster({ data }: ClusterFolder): boolean {
  if (!existsSync(data)) return false;
  const version = readIfThere(join(data, "PG_VERSION"))?.trim();
  if (version === undefined) throw new EmbeddedError("folder_not_a_cluster", `The folder ${data}`);
  if (version !== majorVersion)
    throw new EmbeddedError(
      "folder_of_other_version",
      `The folder ${data}`,
      ` (it says ${version}, this one is ${majorVersion})`,
    );
  return true;
}

export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Makes the cluster beside its place and moves it there, so that it is whole or absent, and that of two that start at
 * once the second finds the first one's. Nothing of it is flushed to disk: `flushCluster` does that.
 *
 * @throws EmbeddedError start_failed
 */
export async function createCluster(folder: ClusterFolder, owner: Owner, { initdb }: Binaries): Promise<void> {
  removeAbandonedDrafts(folder);
  const draft = `${folder.data}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await runInitdb(initdb, ["--pgdata", draft, "--no-sync", "--no-instructions", ...clusterOptions], folder, owner);
    renameSync(draft, folder.data);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder.data))
      throw new EmbeddedError("start_failed", "", `: ${complaintOf(error)} (in ${folder.root})`, error);
  }
}

/** The last line that initdb wrote, such as that the user has no entry in /etc/passwd, which it insists on. */
function complaintOf(error: unknown): string {
  const words = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  return words.trim().split("\n").at(-1) ?? "";
}

/** Those of processes that were killed while they made a cluster. */
function removeAbandonedDrafts({ root }: ClusterFolder): void {
  for (const name of readdirSync(root)) {
    const pid = /^cluster\.(\d+)\./.exec(name)?.[1];
    if (pid !== undefined && !processExists(Number(pid))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** `trust`: whoever can enter the folder of the socket is the owner of the files, or root. */
const clusterOptions =
  "--username praetor --auth trust --encoding UTF8 --locale C --locale-provider builtin --builtin-locale C.UTF-8".split(" ");

/** Makes a new cluster safe against a power cut; it may be running meanwhile. */
export async function flushCluster(folder: ClusterFolder, owner: Owner, { initdb }: Binaries): Promise<void> {
  const method = process.platform === "linux" ? ["--sync-method", "syncfs"] : [];
  await runInitdb(initdb, ["--pgdata", folder.data, "--sync-only", ...method], folder, owner);
}

async function runInitdb(initdb: string, options: string[], { root }: ClusterFolder, { uid, gid }: Owner): Promise<void> {
  await promisify(execFile)(initdb, options, {
    cwd: root,
    env: {},
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  });
}

/** The longest path of a Unix socket that every platform takes, less the name that PostgreSQL gives it. */
const longestSocketFolder = 103 - "/.s.PGSQL.5432".length;

/**
 * Where to put the socket: in the cluster's folder or, where that path is too long for a socket, in a temporary one
 * whose name follows from it, so that a restart finds its clients.
 *
 * @throws EmbeddedError folder_not_writable when somebody else made that temporary folder
 */
export function socketFolder({ root }: ClusterFolder, owner: Owner): string {
  const inside = join(root, "socket");
  const name = `praetor-${createHash("sha256").update(root).digest("hex").slice(0, 16)}`;
  const folder = Buffer.byteLength(inside) <= longestSocketFolder ? inside : join(tmpdir(), name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  const ours = uid === process.getuid?.() || uid === owner.uid;
  if (!ours || (mode & 0o077) !== 0) throw new EmbeddedError("folder_not_writable", `The folder ${folder}`);
  giveTo(owner, folder);
  return folder;
}

/** Leaves nothing in the temporary folder. */
export function removeSocketFolder({ root }: ClusterFolder, folder: string): void {
  if (!folder.startsWith(root)) rmSync(folder, { recursive: true, force: true });
}

const longestLogBytes = 10_000_000;

/** Keeps the log of one previous start once it has grown long. */
export function rotateLog({ log }: ClusterFolder): void {
  if (existsSync(log) && statSync(log).size > longestLogBytes) renameSync(log, `${log}.1`);
}
