import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import { SettingsError } from "./error.ts";
import type { Environment } from "./setting.ts";

/** Names the configuration file; without it `praetor.toml` of the current folder is read if it exists. */
export const fileVariable = "PRAETOR_CONFIG";

/** Everything that settings are taken from. */
export interface Sources {
  /** Options that were given, by their name: `{ "--port": "4201" }`. */
  readonly commandLine?: Readonly<Record<string, string>>;
  readonly environment: Environment;
  readonly file?: ConfigurationFile;
}

export interface ConfigurationFile {
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

function textOf(path: string, required: boolean): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!required && error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new SettingsError([
      `Cannot read the configuration file ${path}: ${error instanceof Error ? error.message : "unknown"}.`,
    ]);
  }
}

/** Parses a configuration file; throws `SettingsError` with the place of a syntax error. */
export function parseConfiguration(path: string, text: string): ConfigurationFile {
  try {
    return { path, content: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SettingsError([`${path} is not valid TOML, line ${error.line}, column ${error.column}.`]);
  }
}

/** Reads the configuration file that the environment names, or `praetor.toml` in `folder`. */
export function readConfiguration(environment: Environment, folder: string): ConfigurationFile | undefined {
  const named = environment[fileVariable];
  const path = named ? resolve(folder, named) : join(folder, "praetor.toml");
  const text = textOf(path, Boolean(named));
  return text === undefined ? undefined : parseConfiguration(path, text);
}

/** The content of a file that a variable names, without the line end that editors put after it. */
export function readSecret(variable: string, path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new SettingsError([`${variable}: cannot read the file ${path} (${reason}).`]);
  }
}
