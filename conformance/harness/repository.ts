/** A git repository that is served on this machine, as a run's pull step clones it. */
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

export interface Repository {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a repository with these files of a folder, where they are in it. Installs git where it is missing and may be installed. */
export async function serveRepository(from: string, ...files: string[]): Promise<Repository> {
  requireGit();
  const folder = mkdtempSync(join(tmpdir(), "conformance-git-"));
  const repository = join(folder, "flows");
  git(folder, "init", "--quiet", "--initial-branch", "main", repository);
  for (const file of files) cpSync(join(from, file), join(repository, file));
  git(repository, "add", ".");
  git(repository, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "--message", "Say hello");
  const port = await freePort();
  const options = [`--port=${port}`, "--listen=127.0.0.1", "--reuseaddr", "--export-all", `--base-path=${folder}`, folder];
  const daemon = spawn("git", ["daemon", ...options], { stdio: "ignore", detached: true });
  const url = `git://127.0.0.1:${port}/flows`;
  await eventually(() => spawnSync("git", ["ls-remote", url], { stdio: "ignore" }).status === 0, Boolean);
  return {
    url,
    async close() {
      const ended = once(daemon, "exit");
      // The daemon is a child of git's own, so that its group is told.
      if (daemon.pid !== undefined) process.kill(-daemon.pid, "SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function git(folder: string, ...words: string[]): void {
  const done = spawnSync("git", words, { cwd: folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`git ${words.join(" ")} failed: ${done.stderr}`);
}

const isThere = () => spawnSync("git", ["--version"], { stdio: "ignore" }).status === 0;

function requireGit(): void {
  if (isThere()) return;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update"], { stdio: ["ignore", 2, 2] });
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "git"], { stdio: ["ignore", 2, 2] });
    if (isThere()) return;
  }
  throw new Error("git is needed. On Debian: sudo apt-get install --yes --no-install-recommends git");
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
