import { jsonObject, JsonText, parseJson, parts, SchemaValuesValidationResponse } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { hydrate, Placeholder } from "./hydrate.ts";
import { adapted, CircularSchema, isObject, UnresolvedReference, Validator } from "./json-schema/index.ts";
import { schemaComplaint } from "./validate.ts";
import { type ValueError, valueErrors } from "./value-errors.ts";
import { variablesFor } from "./variables.ts";

/** Tells what is wrong with values that somebody is about to send. */
export function parameterRoutes(deps: Pick<Dependencies, "databases">): Route[] {
  return [
    route({
      method: "POST",
      path: "/ui/schemas/validate",
      permission: "see_deployments",
      tag: "Deployments",
      summary: "Tell what is wrong with values by a JSON Schema",
      body: parts({ schema: jsonObject(), values: jsonObject() }),
      answers: { 200: SchemaValuesValidationResponse },
      async handle({ body, context }) {
        const errors = await validate(deps.databases.orion.workspace(context.workspaceId), body.schema, body.values);
        return reply(200, { errors: JsonText.of(errors), valid: errors.length === 0 });
      },
    }),
  ];
}

/** @throws ApiError `schema_invalid`, `schema_circular` */
async function validate(database: WorkspaceDatabase, schemaText: JsonText, valuesText: JsonText): Promise<ValueError[]> {
  const given = parseJson(schemaText.text);
  const schema = isObject(given) ? adapted(given) : {};
  const complaint = schemaComplaint(schema);
  if (complaint !== undefined) throw apiError("schema_invalid", `Invalid schema: ${complaint}`);
  const values = parseJson(valuesText.text);
  const hydrated = hydrate(values, { variables: await variablesFor(database, values), lenient: true });
  try {
    return valueErrors(new Validator(schema, { formats: true, placeholder: complaintOf }).errors(hydrated));
  } catch (error) {
    if (error instanceof CircularSchema) throw apiError("schema_circular");
    if (error instanceof UnresolvedReference)
      throw apiError("schema_invalid", `Invalid schema: Validation failed. Failure reason: ${error.message}`);
    throw error;
  }
}

const complaintOf = (value: unknown) => (value instanceof Placeholder ? value.complaint : undefined);
