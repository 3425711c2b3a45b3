import {
  adapted,
  type Adaptation,
  bestMatch,
  isObject,
  type JsonObject,
  META_SCHEMA,
  printedText,
  UnresolvedReference,
  Validator,
  type Value,
  withoutRequired,
} from "./json-schema/index.ts";

/** Values that break their schema; the message says where and why, in the words that clients know. */
export class ValuesInvalid extends Error {}

/** A schema that is none. */
export class SchemaInvalid extends Error {}

export { CircularSchema } from "./json-schema/index.ts";

export interface Checking extends Adaptation {
  /** What is missing is no fault. */
  readonly ignoreRequired?: boolean;
  /** Takes the schema as it is, without what older models left out. */
  readonly asIs?: boolean;
}

/** What is wrong with a schema, as text; undefined where nothing is. */
export function schemaComplaint(schema: Value): string | undefined {
  const found = bestMatch(new Validator(META_SCHEMA).errors(schema));
  return found?.error.message;
}

/**
 * Checks values by a JSON Schema of draft 2020-12, both as `parseJson` gives them.
 * @throws ValuesInvalid, SchemaInvalid, CircularSchema
 */
export function checkValues(values: Value, schema: JsonObject, { ignoreRequired, asIs, ...adaptation }: Checking = {}): void {
  const read: Value = asIs ? schema : adapted(schema, adaptation);
  const used = ignoreRequired ? withoutRequired(read) : read;
  const complaint = schemaComplaint(used);
  if (complaint !== undefined) throw new SchemaInvalid(complaint);
  const found = bestMatch(faultsOf(values, used));
  if (found === undefined) return;
  const path = pathText(found.path);
  const where = path === "" ? "" : ` for field ${printedText(path)}`;
  throw new ValuesInvalid(`Validation failed${where}. Failure reason: ${found.error.message}`);
}

function faultsOf(values: Value, schema: Value) {
  try {
    return new Validator(schema).errors(values);
  } catch (error) {
    if (error instanceof UnresolvedReference) throw new ValuesInvalid(`Validation failed. Failure reason: ${error.message}`);
    throw error;
  }
}

const PLAIN_KEY = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** `a.b[0]['an odd key']`. */
function pathText(path: readonly (string | number)[]): string {
  const text = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return PLAIN_KEY.test(step) ? `.${step}` : `['${step.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
  });
  const joined = text.join("");
  if (joined === "") return "";
  return joined.startsWith(".") ? joined.slice(1) : `$${joined}`;
}

export { isObject };
