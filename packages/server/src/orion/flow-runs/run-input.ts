import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { JsonText, parseJson } from "@praetor/wire";

/** The input of a resumption does not fit what the pause asked for; the message says why, in the wire's words. */
export class InputRefused extends Error {}

/**
 * Checks the input of a resumption against the JSON Schema that the paused run left, as text. Schemas come from users:
 * remote references are never fetched.
 * @throws InputRefused
 */
export function validateRunInput(schemaText: string | undefined, input: JsonText | null): void {
  if (schemaText === undefined) throw new InputRefused("Run input schema not found.");
  const schema = schemaOf(schemaText);
  const validate = compile(schema);
  const value: unknown = input?.value() ?? {};
  if (validate(value)) return;
  throw new InputRefused(`Reason: ${explain(validate.errors?.[0], value)}`);
}

function schemaOf(text: string): object {
  try {
    const schema = parseJson(text);
    if (typeof schema === "object" && schema !== null) return schema;
  } catch {
    // Answered below, as any other text that is no schema.
  }
  throw new InputRefused("Run input schema is not valid JSON.");
}

function compile(schema: object) {
  // Formats and unknown keywords are notes in the models that users write, not rules.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  try {
    return ajv.compile(schema);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputRefused(`Invalid schema: ${reason}`);
  }
}

/** `/a/0/b` as people write it: `a[0].b`. */
function pathOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (within, key) => (typeof within === "object" && within !== null ? Reflect.get(within, key) : undefined),
      value,
    );
}

/** A value as Python prints it, which is how clients know these messages. */
function printed(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return JSON.stringify(value);
}

function explain(error: ErrorObject | undefined, value: unknown): string {
  if (error === undefined) return "Validation failed.";
  const path = pathOf(error.instancePath);
  return `Validation failed${path === "" ? "" : ` for field '${path}'`}. Failure reason: ${reasonOf(error, valueAt(value, error.instancePath))}`;
}

function reasonOf({ keyword, params, message }: ErrorObject, value: unknown): string {
  switch (keyword) {
    case "required":
      return `'${params["missingProperty"]}' is a required property`;
    case "type":
      return `${printed(value)} is not of type '${params["type"]}'`;
    case "enum":
      return `${printed(value)} is not one of [${(params["allowedValues"] as unknown[]).map(printed).join(", ")}]`;
    default:
      return `${printed(value)} ${message ?? "does not fit"}`;
  }
}
