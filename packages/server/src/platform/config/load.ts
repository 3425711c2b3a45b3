import type { Settings } from "./declaration/index.ts";
import { SettingsError } from "./error.ts";
import { reasonForInert } from "./inert.ts";
import { nearest } from "./nearest.ts";
import { type Row, rows } from "./rows.ts";
import type { Environment } from "./setting.ts";
import { fileVariable, readSecret, type Sources } from "./sources.ts";

/** Where an effective value came from: an option, a variable, a file, or the declaration. */
export type Origin =
  | { readonly source: "command line" | "environment" | "file"; readonly name: string }
  | { readonly source: "default" };

export interface EffectiveSetting {
  readonly row: Row;
  readonly value: unknown;
  readonly origin: Origin;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Each setting with its origin, in the order of the declaration. */
  readonly effective: readonly EffectiveSetting[];
  /** What was given and changes nothing, one line each. */
  readonly warnings: readonly string[];
}

interface Given {
  readonly origin: Origin;
  readonly input: unknown;
}

/**
 * The effective settings: command line, then environment, then file, then default.
 * Throws `SettingsError` with every unknown name and every value that is not of its kind.
 */
export function loadSettings(sources: Sources): LoadedSettings {
  const file = flatten(sources.file?.content ?? {});
  const problems = [...unknownKeys(file, sources.file?.path ?? ""), ...unknownVariables(sources.environment)];
  const effective: EffectiveSetting[] = [];
  for (const row of rows) {
    const given = find(row, sources, file);
    const value = given ? row.setting.kind.read(given.input) : row.setting.defaultFor(sources.environment);
    if (value === undefined) problems.push(refusal(row, given));
    effective.push({ row, value, origin: given?.origin ?? { source: "default" } });
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return { settings: assemble(effective), effective, warnings: inertWarnings(sources.environment) };
}

function find(row: Row, { commandLine, environment, file }: Sources, fileKeys: ReadonlyMap<string, unknown>): Given | undefined {
  const option = row.setting.option;
  const typed = option === undefined ? undefined : commandLine?.[option];
  if (option !== undefined && typed !== undefined) return { origin: { source: "command line", name: option }, input: typed };
  // An empty variable means "not set": compose files and charts pass on variables that nobody gave.
  const name = row.environment.find((candidate) => environment[candidate] && !isServiceLink(candidate, environment));
  if (name !== undefined) return { origin: { source: "environment", name }, input: environment[name] };
  const reference = secretFileVariable(row);
  const secretFile = reference && environment[reference];
  if (reference && secretFile)
    return { origin: { source: "environment", name: reference }, input: readSecret(reference, secretFile) };
  if (!file || !fileKeys.has(row.key)) return undefined;
  return { origin: { source: "file", name: file.path }, input: fileKeys.get(row.key) };
}

/** A secret may be in a file that this variable names, so that no listing of a process's environment shows it. */
function secretFileVariable({ environment: [own], setting }: Row): string | undefined {
  return setting.isSecret && own !== undefined ? `${own}_FILE` : undefined;
}

function refusal({ key, setting }: Row, given: Given | undefined): string {
  const name = given && given.origin.source !== "default" ? given.origin.name : "";
  const place = given?.origin.source === "file" ? `${key} in ${name}` : name;
  const seen = setting.isSecret ? "" : `, got ${JSON.stringify(given?.input)}`;
  return `${place}: ${setting.kind.why?.(given?.input) ?? `expected ${setting.kind.label}${seen}.`}`;
}

/** `{ api: { port: 1 } }` -> `api.port`: 1; a table that is itself a setting's value stays whole. */
function flatten(content: Readonly<Record<string, unknown>>, prefix = ""): Map<string, unknown> {
  const keys = new Map<string, unknown>();
  for (const [name, value] of Object.entries(content)) {
    const key = prefix + name;
    if (isTable(value) && !rows.some((row) => row.key === key)) {
      for (const [inner, entry] of flatten(value, `${key}.`)) keys.set(inner, entry);
    } else {
      keys.set(key, value);
    }
  }
  return keys;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function unknownKeys(file: ReadonlyMap<string, unknown>, path: string): string[] {
  const known = rows.map((row) => row.key);
  return [...file.keys()].filter((key) => !known.includes(key)).map((key) => `${path}: unknown key ${key}${meant(key, known)}.`);
}

const knownVariables = new Set([
  fileVariable,
  ...rows.flatMap((row) => [...row.environment, secretFileVariable(row) ?? fileVariable]),
]);

function unknownVariables(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("PRAETOR_") && !knownVariables.has(name) && !isServiceLink(name, environment))
    .map((name) => `Unknown variable ${name}${meant(name, knownVariables)}.`);
}

function meant(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` (did you mean ${near}?)`;
}

/**
 * Kubernetes describes every Service of the namespace in variables made from its name, so that a Service called `praetor-api`
 * yields PRAETOR_API_PORT=tcp://10.0.0.7:4200. Those are not ours.
 */
function isServiceLink(name: string, environment: Environment): boolean {
  return (
    /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)/.test(name) || /^(tcp|udp|sctp):\/\//.test(environment[name] ?? "")
  );
}

function inertWarnings(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith("PREFECT_") && environment[name] && !knownVariables.has(name))
    .flatMap((name) => {
      const reason = reasonForInert(name);
      if (reason !== undefined) return [`${name} has no effect: ${reason}.`];
      return name.startsWith("PREFECT_SERVER_") ? [`${name} is not a setting of this server${meant(name, knownVariables)}.`] : [];
    });
}

function assemble(effective: readonly EffectiveSetting[]): Settings {
  const root: Record<string, unknown> = {};
  for (const { row, value } of effective) {
    const last = row.path.at(-1) ?? "";
    let section = root;
    for (const key of row.path.slice(0, -1)) section = section[key] = (section[key] ?? {}) as Record<string, unknown>;
    section[last] = value;
  }
  // `rows` is the declaration itself and each value was read by its kind: that is what the type Settings says.
  return root as Settings;
}
