import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the command line is: the checkout's own, or a copy of what an installation has. */
export interface Installation {
  readonly node: string;
  readonly launcher: string;
}

export const checkout: Installation = { node: process.execPath, launcher: join(import.meta.dirname, "../bin/praetor.js") };

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly error: string;
  /** From the signal that asked it to end, or from its start, to its end. */
  readonly seconds: number;
}

export interface PraetorOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The user and group that it runs as. */
  readonly user?: number;
  readonly installation?: Installation;
}

/** A `praetor` command as a process of its own. */
export class Praetor {
  readonly child: ChildProcess;
  readonly #ended: Promise<Ended>;
  #out = "";
  #error = "";
  #since = performance.now();

  constructor(words: readonly string[], { environment = {}, user, installation = checkout }: PraetorOptions = {}) {
    this.child = spawn(installation.node, [installation.launcher, ...words], {
      cwd: "/",
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, as a shell gives to each command.
      detached: true,
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.#out += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.#error += chunk.toString()));
    this.#ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code, signal) => resolve(this.#end(code, signal)));
    });
  }

  #end(code: number | null, signal: NodeJS.Signals | null): Ended {
    return { code, signal, out: this.#out, error: this.#error, seconds: (performance.now() - this.#since) / 1000 };
  }

  /** Resolves when it has ended by itself. */
  ended(): Promise<Ended> {
    return this.#ended;
  }

  /** Waits for a text on standard output; rejects when the process ends without it. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#out);
      if (match) return match;
      const next = new Promise<"more">((resolve) => this.child.stdout?.once("data", () => resolve("more")));
      const ended = await Promise.race([next, this.#ended]);
      if (ended !== "more" && !pattern.test(this.#out))
        throw new Error(`it ended with ${ended.code}: ${ended.out}${ended.error}`);
    }
  }

  /** The address that a client is told, once the server is ready. */
  async ready(): Promise<string> {
    const [, url = ""] = await this.says(/export PREFECT_API_URL=(\S+)\n/);
    return url;
  }

  /** Sends a signal to the process. */
  send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What Ctrl-C does: a terminal interrupts every process of the group. */
  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), "SIGINT");
  }

  /** Asks it to end, by Ctrl-C unless a signal is named, and waits for the end. */
  async stop(signal?: NodeJS.Signals): Promise<Ended> {
    this.#since = performance.now();
    if (signal === undefined) this.interrupt();
    else this.send(signal);
    return await this.#ended;
  }
}

/** The parent of a process; 0 when the process is gone. */
function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * Process numbers of the PostgreSQL servers whose data lies below a folder; empty when none is left. A child that was
 * forked a moment ago still shows its parent's command, and is not counted.
 */
export function postgresOf(folder: string): number[] {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const path = `/proc/${pid}/cmdline`;
      try {
        return existsSync(path) && readFileSync(path, "utf8").includes(`-D\0${folder}`);
      } catch {
        return false;
      }
    });
  return found.filter((pid) => !found.includes(parentOf(pid)));
}
