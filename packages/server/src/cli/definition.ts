import type { Outcome } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

/** What was typed: options of settings by their name (`--port`), flags and options of the command itself, and what follows them. */
export interface Given {
  readonly settings: Readonly<Record<string, string>>;
  readonly flags: ReadonlySet<string>;
  /** Options with a value that are no settings, by their name (`--contract`). */
  readonly options: Readonly<Record<string, string>>;
  /** What was typed after the command, if it takes something. */
  readonly operands: readonly string[];
}

export type Run = (terminal: Terminal, given: Given) => Promise<Outcome>;

/** A command as its help shows it. Nothing of what it does is loaded until it runs: a command line must answer at once. */
export interface Definition {
  /** The words that are typed, for example `server start`. */
  readonly words: string;
  readonly summary: string;
  readonly description: string;
  /** What follows it, as the help shows it (`[database]`, `<file...>`); with choices, from a closed list. */
  readonly operand?: { readonly form: string; readonly choices?: readonly string[]; readonly description: string };
  /** The settings that it takes as options, by their option. */
  readonly settings: readonly string[];
  /** Options that are no settings; one with a value says so, `--contract <name>`. */
  readonly flags?: readonly { readonly option: string; readonly description: string }[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  load(): Promise<{ readonly run: Run }>;
}
