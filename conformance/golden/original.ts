import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pythonExecutable } from "../../scripts/python.ts";

/** The JSON Schemas that the installed original prints of its own models and enumerations, by name. */
export function originalSchemas(): Record<string, Record<string, unknown>> {
  const printed = spawnSync(pythonExecutable("3.8.3"), [join(import.meta.dirname, "schemas.py")], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (printed.status !== 0) throw new Error(`the original did not print its schemas: ${printed.stderr}`);
  return JSON.parse(printed.stdout);
}
