type Json = Record<string, unknown>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: unknown;
}
type Content = Readonly<Record<string, { readonly schema?: Json }>>;

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An OpenAPI document, as far as operations go. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** What clients rely on of each operation: its parameters, body and answers, without titles that follow from its name. */
export function operationsOf(document: Document): Map<string, unknown> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  return new Map(operations.map(([name, operation]) => [name, essence(operation, document)]));
}

function essence({ parameters = [], requestBody, responses }: Operation, document: Document): unknown {
  // read from every request, wherever it goes
  const own = parameters.filter(({ name }) => name !== "x-prefect-api-version");
  const answers = Object.entries(responses).filter(([status]) => status !== "422" && status !== "4XX");
  return {
    parameters: Object.fromEntries(
      own.map((each) => [`${each.in} ${each.name}`, { required: each.required, schema: each.schema }]),
    ),
    body: requestBody && { required: requestBody.required ?? false, content: contentOf(requestBody.content, document) },
    answers: Object.fromEntries(answers.map(([status, { content }]) => [status, content && contentOf(content, document)])),
  };
}

function contentOf(content: Content, document: Document): unknown {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema = {} }]) => [type, untitled(resolved(schema, document))]),
  );
}

/** A body of several parts has a definition to itself; parts that may be null are documented as if they might not. */
function resolved(schema: Json, document: Document): Json {
  const name = /\/(Body_\w+)$/.exec(String(schema["$ref"]))?.[1];
  const definition = name === undefined ? schema : (document.components.schemas[name] ?? {});
  const properties = Object.entries(definition["properties"] ?? {}).map(([key, part]) => [key, withoutNull(part as Json)]);
  return properties.length === 0 ? definition : { ...definition, properties: Object.fromEntries(properties) };
}

function withoutNull(schema: Json): Json {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const members = anyOf.filter((member: Json) => member["type"] !== "null");
  return members.length === 1 ? { ...rest, ...members[0] } : { ...rest, anyOf: members };
}

function untitled(schema: Json): Json {
  const { title: _, ...rest } = schema;
  return rest;
}
