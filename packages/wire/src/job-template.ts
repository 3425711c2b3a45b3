import type { Complaint, JsonText } from "./kit/index.ts";

type Json = Record<string, unknown>;

const PLACEHOLDER = /\{\{\s*([\w.\-[\]$]+)\s*\}\}/gu;
const KEYS_MISSING = "The `base_job_template` must contain both a `job_configuration` key and a `variables` key.";

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean =>
  !value || (isObject(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0);

/**
 * What is wrong with a base job template: it is empty, or says how a job is configured and declares every variable that the
 * configuration fills in.
 */
export function templateComplaint(template: JsonText): Complaint | undefined {
  const { job_configuration: configuration, variables, ...rest } = JSON.parse(template.text) as Json;
  if (configuration === undefined && variables === undefined && Object.keys(rest).length === 0) return undefined;
  if (isEmpty(configuration) || isEmpty(variables)) return KEYS_MISSING;
  if (!isObject(configuration)) return "The `job_configuration` of a base job template must be an object.";
  if (!isObject(variables)) return "The `variables` of a base job template must be a JSON Schema of an object.";
  const declared = isObject(variables["properties"]) ? variables["properties"] : {};
  const undeclared = placeholdersOf(configuration).filter((name) => !Object.hasOwn(declared, name));
  if (undeclared.length === 0) return undefined;
  return (
    "The variables specified in the job configuration template must be present as properties in the variables schema. " +
    `Your job configuration uses the following undeclared variable(s): ${undeclared.join(" ,")}.`
  );
}

/** The names between double braces, each once, wherever they stand in the template. */
function placeholdersOf(template: Json): string[] {
  return [...new Set([...JSON.stringify(template).matchAll(PLACEHOLDER)].map((match) => match[1] ?? ""))];
}
