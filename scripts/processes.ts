import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

export const root = join(import.meta.dirname, "..");

export interface Finished {
  readonly succeeded: boolean;
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string;
  readonly seconds: number;
}

/** Runs a tool of `node_modules/.bin`, or any other command, at the root of the repository and keeps what it prints. */
export function run(command: string, args: readonly string[]): Promise<Finished> {
  const begun = performance.now();
  // Tools begin with `env node`; the first node on the path must be the one that runs this.
  const path = [join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(command, args, { cwd: root, env: { ...process.env, PATH: path }, stdio: ["ignore", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const finish = (succeeded: boolean, more = "") => {
      const output = Buffer.concat(chunks).toString() + more;
      resolve({ succeeded, output, seconds: (performance.now() - begun) / 1000 });
    };
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code) => finish(code === 0));
  });
}
