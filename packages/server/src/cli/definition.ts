import type { Outcome } from "./exit.ts";
import type { Terminal } from "./terminal.ts";

/** What was typed: options of settings by their name (`--port`), and flags of the command itself. */
export interface Given {
  readonly settings: Readonly<Record<string, string>>;
  readonly flags: ReadonlySet<string>;
  /** What was typed after the command, if it takes something. */
  readonly operand?: string;
}

export type Run = (terminal: Terminal, given: Given) => Promise<Outcome>;

/** A command as its help shows it. Nothing of what it does is loaded until it runs: a command line must answer at once. */
export interface Definition {
  /** The words that are typed, for example `server start`. */
  readonly words: string;
  readonly summary: string;
  readonly description: string;
  /** A word that may follow it, from a closed list. */
  readonly operand?: { readonly name: string; readonly choices: readonly string[]; readonly description: string };
  /** The settings that it takes as options, by their option. */
  readonly settings: readonly string[];
  /** Options that are no settings. */
  readonly flags?: readonly { readonly option: string; readonly description: string }[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  load(): Promise<{ readonly run: Run }>;
}
