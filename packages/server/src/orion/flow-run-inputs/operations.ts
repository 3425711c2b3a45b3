import type { FlowRunInput } from "@praetor/wire";
import { IntegrityViolation, type WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { deleteInput, insertInput, listInputs, readInput } from "./queries.ts";

/** The most inputs that one list answers. */
const MAXIMUM = 200;

/** Leaves a value for a flow run. @throws ApiError `flow_run_not_found`, `flow_run_input_exists` */
export async function create(
  deps: Pick<Dependencies, "ids">,
  database: WorkspaceDatabase,
  flowRunId: string,
  { key, value, sender }: Pick<FlowRunInput, "key" | "value" | "sender">,
): Promise<void> {
  try {
    await database.first(insertInput, deps.ids.random(), flowRunId, key, value, sender);
  } catch (error) {
    if (!(error instanceof IntegrityViolation)) throw error;
    throw apiError(error.kind === "foreign_key" ? "flow_run_not_found" : "flow_run_input_exists");
  }
}

/** @throws ApiError `flow_run_input_not_found` */
export async function read(database: WorkspaceDatabase, flowRunId: string, key: string): Promise<string> {
  const input = await database.first(readInput, flowRunId, key);
  if (input === undefined) throw apiError("flow_run_input_not_found");
  return input.value;
}

/** @throws ApiError `flow_run_input_not_found` */
export async function remove(database: WorkspaceDatabase, flowRunId: string, key: string): Promise<void> {
  if ((await database.first(deleteInput, flowRunId, key)) === undefined) throw apiError("flow_run_input_not_found");
}

/** Inputs whose key begins with a prefix, oldest first; a negative limit is the greatest. */
export function listByPrefix(
  database: WorkspaceDatabase,
  flowRunId: string,
  { prefix, limit, excludedKeys }: { readonly prefix: string; readonly limit: number; readonly excludedKeys: readonly string[] },
): Promise<FlowRunInput[]> {
  return database.all(listInputs, flowRunId, prefix, excludedKeys, limit < 0 ? MAXIMUM : Math.min(limit, MAXIMUM));
}
