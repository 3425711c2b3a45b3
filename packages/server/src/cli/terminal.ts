import type { Environment } from "../platform/config/index.ts";

/** What a command may touch of the process that it runs in; tests give their own. */
export interface Terminal {
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  /** Whether standard output, or standard error, is read by a person. */
  readonly interactive: { readonly out: boolean; readonly error: boolean };
  /** Writes a line of the command's answer. */
  out(line: string): void;
  /** Writes a line about what went wrong, or is going on. */
  error(line: string): void;
}

export const processTerminal: Terminal = {
  environment: process.env,
  folder: process.cwd(),
  interactive: { out: process.stdout.isTTY, error: process.stderr.isTTY },
  out: (line) => void process.stdout.write(`${line}\n`),
  error: (line) => void process.stderr.write(`${line}\n`),
};
