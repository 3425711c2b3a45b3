import { JsonText, parseJson } from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { CircularSchema, checkValues, schemaComplaint, SchemaInvalid, ValuesInvalid } from "../parameters/index.ts";

type JsonObject = Readonly<Record<string, unknown>>;

function objectOf(text: JsonText | null): JsonObject {
  const value = text === null ? null : parseJson(text.text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);

/** The defaults of a template's variables; those that break the variables' own schema are left out. */
function defaultsOf(variables: JsonObject): { defaults: JsonObject; someInvalid: boolean } {
  const properties = isObject(variables["properties"]) ? variables["properties"] : {};
  const named = Object.entries(properties).flatMap(([name, property]) =>
    isObject(property) && "default" in property ? [[name, property["default"]] as const] : [],
  );
  // A reference to a block stands for what the block holds, which is looked up where the job is made.
  const valid = named.filter(([name, value]) => isReference(value) || isValid({ [name]: value }, variables));
  return { defaults: Object.fromEntries(valid), someInvalid: valid.length < named.length };
}

const isReference = (value: unknown) => isObject(value) && "$ref" in value;

function isValid(values: JsonObject, schema: JsonObject): boolean {
  try {
    checkValues(values, schema, { ignoreRequired: true, asIs: true });
    return true;
  } catch (error) {
    if (error instanceof ValuesInvalid || error instanceof CircularSchema || error instanceof SchemaInvalid) return false;
    throw error;
  }
}

/**
 * Checks what a job is made with by the template of its pool: the template's own values under those of each layer.
 * @throws ApiError `job_variables_invalid`, beginning with `context`
 */
export function checkJobVariables(
  template: JsonText | null,
  layers: readonly (JsonText | null)[],
  { context, ignoreRequired }: { readonly context: string; readonly ignoreRequired: boolean },
): void {
  const { variables } = objectOf(template);
  if (!isObject(variables) || Object.keys(variables).length === 0) return;
  const complaint = schemaComplaint(variables);
  if (complaint !== undefined) throw apiError("job_variables_invalid", `Invalid schema: ${complaint}`);
  const { defaults, someInvalid } = defaultsOf(variables);
  const given = Object.assign({}, ...layers.map(objectOf)) as JsonObject;
  const values = { ...withoutReferences(defaults), ...given };
  const isIncomplete = ignoreRequired || someInvalid || Object.values(defaults).some(isReference);
  try {
    checkValues(values, variables, { ignoreRequired: isIncomplete, nullBesideDefault: true });
  } catch (error) {
    if (error instanceof ValuesInvalid) throw apiError("job_variables_invalid", `${context}: ${error.message}`);
    if (error instanceof CircularSchema || error instanceof SchemaInvalid) throw apiError("schema_circular");
    throw error;
  }
}

function withoutReferences(defaults: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(defaults).filter(([, value]) => !isReference(value)));
}
