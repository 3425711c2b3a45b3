import { type JsonText, parseJson } from "@praetor/wire";
import { type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import { variableNames } from "./hydrate.ts";

const readVariables = workspaceStatement<[names: readonly string[]], { name: string; value: JsonText }>(
  "parameters.read-variables",
  "select name, value from orion.variable where workspace_id = $1 and name = any($2::text[])",
);

/** The variables of the workspace that values speak of, by name. */
export async function variablesFor(database: WorkspaceExecutor, values: unknown): Promise<Map<string, unknown>> {
  const names = variableNames(values);
  const found = names.length === 0 ? [] : await database.all(readVariables, names);
  return new Map(found.map(({ name, value }) => [name, parseJson(value.text)]));
}
