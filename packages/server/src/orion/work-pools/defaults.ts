import { type JsonText, parseJson, parseUuid } from "@praetor/wire";
import { type WorkspaceDatabase, workspaceStatement } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { CircularSchema, checkValues, schemaComplaint, SchemaInvalid, ValuesInvalid } from "../parameters/index.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The block that a default stands for; null where it stands for itself. */
function blockOf(value: unknown): unknown {
  if (!isObject(value) || !isObject(value["$ref"])) return null;
  return value["$ref"]["block_document_id"] ?? null;
}

const countBlocks = workspaceStatement<[ids: readonly string[]], { count: number }>(
  "work-pool.count-blocks",
  "select count(*) as count from orion.block_document where workspace_id = $1 and id = any($2::uuid[])",
);

/**
 * Checks the defaults of a base job template by the template's own variables; blocks that they refer to must be there.
 * @throws ApiError `job_variables_invalid`, `schema_circular`, `block_document_not_found`
 */
export async function checkDefaults(database: WorkspaceDatabase, template: JsonText): Promise<void> {
  const { variables } = parseJson(template.text) as JsonObject;
  if (!isObject(variables) || Object.keys(variables).length === 0) return;
  const complaint = schemaComplaint(variables);
  if (complaint !== undefined) throw apiError("job_variables_invalid", `Invalid schema: ${complaint}`);
  const defaults = Object.entries(isObject(variables["properties"]) ? variables["properties"] : {}).flatMap(([name, property]) =>
    isObject(property) && "default" in property ? [[name, property["default"]] as const] : [],
  );
  await checkBlocks(
    database,
    defaults.map(([, value]) => blockOf(value)).filter((id) => id !== null),
  );
  const plain = defaults.filter(([, value]) => blockOf(value) === null);
  try {
    checkValues(Object.fromEntries(plain), variables, { ignoreRequired: true, nullBesideDefault: true });
  } catch (error) {
    if (error instanceof ValuesInvalid) {
      throw apiError("job_variables_invalid", `Validation failed for work pool's job variable defaults: ${error.message}`);
    }
    throw error instanceof CircularSchema || error instanceof SchemaInvalid ? apiError("schema_circular") : error;
  }
}

async function checkBlocks(database: WorkspaceDatabase, asked: readonly unknown[]): Promise<void> {
  const ids = asked.map((id) => (typeof id === "string" ? parseUuid(id) : undefined));
  const known = [...new Set(ids.filter((id) => id !== undefined))];
  const found = known.length === 0 ? 0 : (await database.first(countBlocks, known))?.count;
  if (ids.includes(undefined) || found !== known.length) throw apiError("block_document_not_found", "Block not found.");
}
