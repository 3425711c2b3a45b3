/**
 * Records docs/secrets-up.cast, a session at a terminal, with commands as they are typed and everything as it is answered:
 *
 *     node scripts/record.ts          needs redis-server and script (Debian: redis-server, bsdutils); ports 5432 and 6379 free
 *     asciinema play docs/secrets-up.cast
 *
 * The PostgreSQL and the Redis are empty when it begins. The form is asciinema's, version 2: a header, then a line for each piece
 * of output with the second at which it came.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { startCluster } from "../packages/server/src/platform/database/testing/cluster.ts";
import { root } from "./processes.ts";

const cast = join(root, "docs/secrets-up.cast");
const size = { width: 132, height: 43 };
const prompt = "$ ";

/** What is typed, one after another. */
const commands = [
  "praetor secrets up --database-host 127.0.0.1 --super-password env:PGPASSWORD",
  "praetor secrets check set.yaml",
  "praetor secrets up",
  "ls -l",
];

type Shell = ChildProcessByStdio<Writable, Readable, null>;

class Recording {
  readonly #shell: Shell;
  readonly #events: [number, "o", string][] = [];
  readonly #begun = performance.now();
  #screen = "";

  constructor(shell: Shell) {
    this.#shell = shell;
    shell.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#screen += text;
      this.#events.push([Number(((performance.now() - this.#begun) / 1000).toFixed(3)), "o", text]);
    });
  }

  /** Waits for the shell to ask for the next command. */
  async prompted(): Promise<void> {
    while (!this.#screen.endsWith(prompt)) await pause(20);
  }

  async type(command: string): Promise<void> {
    this.#screen = "";
    for (const key of command) {
      this.#shell.stdin.write(key);
      await pause(25);
    }
    this.#shell.stdin.write("\n");
    await pause(100);
    await this.prompted();
    await pause(1500);
  }

  text(): string {
    const header = {
      version: 2,
      ...size,
      title: "From two facts to an installation that is well",
      env: { TERM: "xterm", SHELL: "/bin/bash" },
    };
    return [header, ...this.#events]
      .map((line) => JSON.stringify(line))
      .join("\n")
      .concat("\n");
  }
}

async function record(folder: string, password: string): Promise<string> {
  const environment = {
    PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`,
    HOME: folder,
    PS1: prompt,
    TERM: "xterm",
    PGPASSWORD: password,
    COLUMNS: String(size.width),
  };
  // A shell with a terminal of its own, which `script` makes.
  const words = [
    "--quiet",
    "--flush",
    "--return",
    "--command",
    `stty cols ${size.width} rows ${size.height}; exec bash --norc --noprofile -i`,
    "/dev/null",
  ];
  const shell = spawn("script", words, { cwd: folder, env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const recording = new Recording(shell);
  await recording.prompted();
  for (const command of commands) await recording.type(command);
  const text = recording.text();
  shell.stdin.end("exit\n");
  return text;
}

const folder = mkdtempSync(join(tmpdir(), "praetor-recording-"));
const home = join(folder, "home");
const postgres = await startCluster({ max_connections: "900" }, 5432);
const configuration = join(folder, "redis.conf");
writeFileSync(configuration, ["port 6379", "bind 127.0.0.1", 'save ""', `dir ${folder}`, ""].join("\n"));
const redis = spawn("redis-server", [configuration], { stdio: "ignore" });
try {
  mkdirSync(home);
  const text = await record(home, postgres.connection.password?.reveal() ?? "");
  writeFileSync(cast, text);
  console.log(`Wrote ${cast}.`);
} finally {
  redis.kill();
  await postgres.remove();
  rmSync(folder, { recursive: true, force: true });
}
