import { type Fields, type JsonSchema, nodeOf, parts as partsOf, type Schema, SchemaWriter, titleOf } from "./kit/index.ts";

/** What a route says about itself, as far as documents tell it. */
export interface DescribedRoute {
  readonly method: string;
  /** With parameters in braces: `/flows/{id}`. */
  readonly path: string;
  /** In title case; with the path it names the operation. */
  readonly summary: string;
  readonly tag?: string;
  readonly params?: Fields<Record<string, unknown>>;
  readonly query?: Fields<Record<string, unknown>>;
  readonly headers?: Fields<Record<string, unknown>>;
  readonly body?: Schema<unknown>;
  /** By status: the schema of the answer, or the type of content that is not described. An empty type means no content. */
  readonly answers: Readonly<Record<number, Schema<unknown> | { readonly contentType: string }>>;
}

export interface DescribedApi {
  readonly title: string;
  readonly version: string;
  readonly routes: readonly DescribedRoute[];
}

const JSON_TYPE = "application/json";

/** The OpenAPI 3.1 document of an API, in the form of the original's framework. */
export function openApi({ title, version, routes }: DescribedApi): JsonSchema {
  const writer = new SchemaWriter("#/components/schemas/");
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operation(writer, route) });
  }
  const names = [...writer.definitions.keys()].toSorted((one, other) => (one < other ? -1 : 1));
  const schemas = Object.fromEntries(names.map((name) => [name, writer.definitions.get(name)]));
  return withoutNulls({ openapi: "3.1.0", info: { title, version }, paths, components: { schemas } }) as JsonSchema;
}

function operation(writer: SchemaWriter, route: DescribedRoute): JsonSchema {
  const id = operationId(route);
  const parameters = [
    ...parametersOf(writer, "path", route.params),
    ...parametersOf(writer, "query", route.query),
    ...parametersOf(writer, "header", route.headers),
  ];
  const isRead = parameters.length > 0 || route.body !== undefined;
  return {
    ...(route.tag !== undefined && { tags: [route.tag] }),
    summary: route.summary,
    operationId: id,
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: requestBody(writer, id, route.body) }),
    responses: { ...answersOf(writer, id, route.answers), ...(isRead && { "4XX": refusal(writer) }) },
  };
}

/** The original names an operation by its function, whose name in title case is the summary, and its path. */
function operationId({ method, path, summary }: DescribedRoute): string {
  const name = summary.toLowerCase().replaceAll(" ", "_");
  return `${`${name}${path}`.replaceAll(/\W/g, "_")}_${method.toLowerCase()}`;
}

function parametersOf(writer: SchemaWriter, place: string, fields: Fields<Record<string, unknown>> = {}): JsonSchema[] {
  return Object.entries(fields).map(([name, schema]) => {
    const node = nodeOf(schema);
    const required = place === "path" || node.fallback === undefined;
    return { name, in: place, required, schema: writer.field(name, node) };
  });
}

function requestBody(writer: SchemaWriter, id: string, body: Schema<unknown>): JsonSchema {
  const node = nodeOf(body);
  if (node.label() === partsOf({}).label()) return partsBody(writer, `Body_${id}`, body);
  const schema = titled("Body", writer.field("body", node));
  return { content: { [JSON_TYPE]: { schema } }, ...(node.fallback === undefined && { required: true }) };
}

function partsBody(writer: SchemaWriter, name: string, body: Schema<unknown>): JsonSchema {
  const description = nodeOf(body).describe(writer);
  const schema = writer.refer(name, () => ({ ...description, title: name }));
  return { content: { [JSON_TYPE]: { schema } }, ...("required" in description && { required: true }) };
}

function answersOf(writer: SchemaWriter, id: string, answers: DescribedRoute["answers"]): JsonSchema {
  const described = Object.entries(answers).map(([status, answer]) => {
    const content = contentOf(writer, `response_${id}`, answer);
    return [status, { description: "Successful Response", ...(content && { content }) }] as const;
  });
  return Object.fromEntries(described);
}

function contentOf(writer: SchemaWriter, name: string, answer: DescribedRoute["answers"][number]): JsonSchema | undefined {
  if (!("contentType" in answer)) return { [JSON_TYPE]: { schema: titled(titleOf(name), writer.schema(nodeOf(answer))) } };
  return answer.contentType === "" ? undefined : { [answer.contentType]: { schema: {} } };
}

/** A title, unless the schema is a reference to one that has its own. */
function titled(title: string, schema: JsonSchema): JsonSchema {
  return "$ref" in schema ? schema : { title, ...schema };
}

/** Every refusal: what is wrong in words, or each fault of what was sent. */
function refusal(writer: SchemaWriter): JsonSchema {
  const fault = writer.refer("ValidationError", () => ({
    properties: {
      loc: { items: { anyOf: [{ type: "string" }, { type: "integer" }] }, type: "array", title: "Location" },
      msg: { type: "string", title: "Message" },
      type: { type: "string", title: "Error Type" },
      input: { title: "Input" },
      ctx: { type: "object", title: "Context" },
    },
    type: "object",
    required: ["loc", "msg", "type"],
    title: "ValidationError",
  }));
  const told = { properties: { detail: { type: "string", title: "Detail" } }, type: "object", required: ["detail"] };
  const failed = {
    properties: {
      exception_message: { type: "string", title: "Exception Message" },
      exception_detail: { items: fault, type: "array", title: "Exception Detail" },
      request_body: { title: "Request Body" },
    },
    type: "object",
    required: ["exception_message"],
  };
  const schema = writer.refer("Refusal", () => ({ anyOf: [told, failed], title: "Refusal" }));
  return { description: "Refused", content: { [JSON_TYPE]: { schema } } };
}

/** The original leaves out every key that is null, defaults included. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
