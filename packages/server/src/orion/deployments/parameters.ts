import { JsonText, parseJson } from "@praetor/wire";
import type { WorkspaceExecutor } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import { RequestInvalid } from "../../platform/http/index.ts";
import {
  checkValues,
  CircularSchema,
  hydrate,
  HydrationFault,
  needsHydration,
  schemaComplaint,
  SchemaInvalid,
  ValuesInvalid,
  variablesFor,
} from "../parameters/index.ts";

/**
 * Parameters with what they leave to be filled in.
 * @throws ApiError `parameters_not_hydrated`, beginning with `context`
 */
export async function hydrated(database: WorkspaceExecutor, parameters: JsonText, context: string): Promise<JsonText> {
  if (!needsHydration(parameters.text)) return parameters;
  const values = parseJson(parameters.text);
  try {
    return JsonText.of(hydrate(values, { variables: await variablesFor(database, values) }));
  } catch (error) {
    if (error instanceof HydrationFault) throw apiError("parameters_not_hydrated", `${context}: ${error.message}`);
    throw error;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** Refuses the body of a new deployment whose parameters break their schema. @throws RequestInvalid */
export function checkNewDeployment(parameters: JsonText, schemaText: JsonText | null): void {
  const schema = schemaText === null ? null : parseJson(schemaText.text);
  if (!isObject(schema)) return;
  try {
    checkValues(parseJson(parameters.text), schema, { ignoreRequired: true, asIs: true });
  } catch (error) {
    if (error instanceof ValuesInvalid) throw refusal(error.message);
    if (error instanceof SchemaInvalid) {
      throw refusal(`The provided schema is not a valid json schema. Schema error: ${error.message}`);
    }
    if (error instanceof CircularSchema) throw apiError("schema_circular");
    throw error;
  }
  const complaint = schemaComplaint(schema);
  if (complaint !== undefined) throw refusal(`The provided schema is not a valid json schema. Schema error: ${complaint}`);
}

function refusal(reason: string): RequestInvalid {
  return new RequestInvalid(
    [{ type: "value_error", loc: ["body"], msg: `Value error, ${reason}`, input: null, ctx: { error: {} } }],
    undefined,
  );
}

/**
 * Checks parameters by the schema of their deployment.
 * @throws ApiError `parameters_invalid`, beginning with `context`; `schema_circular`
 */
export function checkBySchema(
  parameters: JsonText,
  schemaText: JsonText | null,
  { context, ignoreRequired }: { readonly context: string; readonly ignoreRequired: boolean },
): void {
  const schema = schemaText === null ? null : parseJson(schemaText.text);
  if (!isObject(schema)) throw apiError("parameter_schema_missing");
  try {
    checkValues(parseJson(parameters.text), schema, { ignoreRequired });
  } catch (error) {
    if (error instanceof ValuesInvalid) throw apiError("parameters_invalid", `${context}: ${error.message}`);
    if (error instanceof SchemaInvalid) throw apiError("parameters_invalid", `${context}: Invalid schema: ${error.message}`);
    if (error instanceof CircularSchema) throw apiError("schema_circular");
    throw error;
  }
}
