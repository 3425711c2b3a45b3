import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonExecutable } from "../../scripts/python.ts";
import type { Document } from "./operations.ts";

/** The JSON Schemas that the installed original prints of its own models and enumerations, by name. */
export function originalSchemas(): Record<string, Record<string, unknown>> {
  return run("schemas.py", "") as Record<string, Record<string, unknown>>;
}

/** The OpenAPI document that the installed original makes of its API. */
export function originalApi(): Document {
  return run("operations.py", "") as Document;
}

/** What the original does with an input: takes it (as this value), refuses it, or fails. */
export type Answer = { is: unknown } | { issues: unknown[] } | { fault: string };

/** What the installed original's models answer to inputs, given as JSON texts by model. */
export function originalAnswers(inputs: Readonly<Record<string, readonly string[]>>): Record<string, Answer[]> {
  return run("answers.py", JSON.stringify(inputs)) as Record<string, Answer[]>;
}

/** The kinds of workers that the installed original knows, as its view shows them. */
export function originalWorkers(): unknown {
  return run("workers.py", "");
}

/** What the installed original tells of values by their schemas; the cases are JSON texts. */
export function originalTold(cases: readonly string[]): (string | null)[] {
  return run("values.py", `[${cases.join(",")}]`) as (string | null)[];
}

function run(script: string, input: string): unknown {
  // Python would leave compiled files beside its sources, and the original its settings in the user's home.
  const home = mkdtempSync(join(tmpdir(), "golden-"));
  try {
    const printed = spawnSync(pythonExecutable("3.8.3"), [join(import.meta.dirname, script)], {
      input,
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PREFECT_HOME: home, DO_NOT_TRACK: "1" },
    });
    if (printed.status !== 0) throw new Error(`the original did not answer: ${printed.stderr}`);
    return JSON.parse(printed.stdout);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
