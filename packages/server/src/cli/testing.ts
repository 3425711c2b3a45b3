import type { Outcome } from "./exit.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

export interface Typed {
  readonly outcome: Outcome;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line inside the test's process, in an empty environment unless it is given one. */
export async function type(words: string, options: Partial<Pick<Terminal, "environment" | "folder">> = {}): Promise<Typed> {
  const out: string[] = [];
  const error: string[] = [];
  const terminal: Terminal = {
    environment: { HOME: "/home/ada" },
    folder: "/nowhere",
    interactive: { out: false, error: false },
    ...options,
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
  };
  const outcome = await runProgram(terminal, words.split(" ").filter(Boolean));
  return { outcome, out: out.join("\n"), error: error.join("\n") };
}
