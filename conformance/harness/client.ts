/** The unmodified client: its interpreter, its command line and its settings, each run in a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonExecutable, type ClientVersion } from "../../scripts/python.ts";
import { eventually } from "./eventually.ts";

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of the client that goes on while the test does something else. */
export interface Running {
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** What it has printed so far, both streams in the order of arrival. */
  output(): string;
  /** Waits until its output holds the text. */
  says(text: string, seconds?: number): Promise<string>;
  kill(signal: NodeJS.Signals): void;
}

const FLOWS = join(import.meta.dirname, "../flows");

export class Client {
  /** Where this client keeps its profiles and its locally stored results. */
  readonly home = mkdtempSync(join(tmpdir(), "conformance-client-"));
  readonly version: ClientVersion;
  readonly #environment: Record<string, string>;
  readonly #children = new Set<ChildProcess>();

  constructor(version: ClientVersion, api: string, auth?: string) {
    this.version = version;
    this.#environment = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.home,
      PREFECT_HOME: this.home,
      PREFECT_API_URL: api,
      ...(auth === undefined ? {} : { PREFECT_API_AUTH_STRING: auth }),
      // The original is tried on SQLite, which answers 503 to more than one writer at a time.
      ...(process.env["CONFORMANCE_TARGET"] === "original" ? { SCENARIOS_AT_ONCE: "1" } : {}),
      DO_NOT_TRACK: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUNBUFFERED: "1",
      PYTHONWARNINGS: "ignore",
      // Tables of the command line are cut to the terminal's width.
      COLUMNS: "400",
      NO_COLOR: "1",
      LANG: "C.UTF-8",
    };
  }

  /** The same client with other settings, e.g. a wrong password. */
  start(args: string[], settings: Record<string, string> = {}): Running {
    const child = spawn(pythonExecutable(this.version), args, {
      cwd: FLOWS,
      env: { ...this.#environment, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    let stdout = "";
    let stderr = "";
    let both = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      both += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      both += text;
    });
    const finished = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
    return {
      pid: child.pid ?? 0,
      finished,
      output: () => both,
      says: (text, seconds) =>
        eventually(
          () => both,
          (said) => said.includes(text),
          seconds,
        ),
      kill: (signal) => void child.kill(signal),
    };
  }

  /** Starts `prefect ...` as a user would type it. */
  startPrefect(args: string[], settings?: Record<string, string>): Running {
    return this.start(["-m", "prefect", ...args], settings);
  }

  /** Runs `prefect ...` to its end. */
  prefect(...args: string[]): Promise<Finished> {
    return this.startPrefect(args).finished;
  }

  /** Runs `prefect ... --output json` and returns what it printed. */
  async prefectJson(...args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.prefect(...args, "--output", "json");
    if (code !== 0) throw new Error(`prefect ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return JSON.parse(stdout);
  }

  /** Ends what still runs and removes the home folder. */
  async close(): Promise<void> {
    for (const child of this.#children) if (child.exitCode === null) child.kill("SIGKILL");
    rmSync(this.home, { recursive: true, force: true });
  }
}
