import type { Variable, VariableCreate, VariableUpdate } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { deleteVariable, insertVariable, readVariable, readVariableByName, updateVariable } from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids">;

/** Which variable: by its id, or by its name. */
export type VariableKey = { readonly id: string } | { readonly name: string };

function announce(deps: Deps, change: "created" | "updated" | "deleted", variable: { id: string } & VariableCreate): OutboxRow {
  const { id, name, value, tags } = variable;
  return lifecycleEvent(deps, {
    event: `prefect.variable.${change}`,
    resourceId: `prefect.variable.${id}`,
    name,
    payload: `{"name":${JSON.stringify(name)},"value":${value.text},"tags":${JSON.stringify(tags)}}`,
  });
}

/** @throws ApiError `variable_exists` */
export async function create(deps: Deps, database: WorkspaceDatabase, variable: VariableCreate): Promise<Variable> {
  const { name, value, tags } = variable;
  const id = deps.ids.random();
  const event = announce(deps, "created", { id, ...variable });
  const created = await database.first(insertVariable, id, name, value, tags, event.id, event.event);
  if (created === undefined) throw apiError("variable_exists", `A variable with the name '${name}' already exists.`);
  return created;
}

/** @throws ApiError `variable_not_found` */
export async function read(database: WorkspaceDatabase, key: VariableKey): Promise<Variable> {
  const variable = "id" in key ? await database.first(readVariable, key.id) : await database.first(readVariableByName, key.name);
  if (variable === undefined) throw apiError("variable_not_found");
  return variable;
}

/**
 * Changes what was sent; a variable keeps its name and tags, so that null for them is refused.
 * @throws ApiError `variable_not_found`, `integrity_conflict`; IntegrityViolation when the name is taken
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  key: VariableKey,
  sent: Partial<VariableUpdate>,
): Promise<void> {
  const variable = await read(database, key);
  const { name = variable.name, tags = variable.tags, value = variable.value } = sent;
  if (name === null || tags === null) throw apiError("integrity_conflict");
  const event = announce(deps, "updated", { id: variable.id, name, value, tags });
  if (!(await updateVariable(database, variable.id, sent, event))) throw apiError("variable_not_found");
}

/** @throws ApiError `variable_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, key: VariableKey): Promise<void> {
  const variable = await read(database, key);
  const event = announce(deps, "deleted", variable);
  const gone = await database.first(deleteVariable, variable.id, event.id, event.event);
  if (gone === undefined) throw apiError("variable_not_found");
}
