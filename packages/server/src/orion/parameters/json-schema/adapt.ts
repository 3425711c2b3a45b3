import { isObject, type JsonObject, type Value } from "./value.ts";

/** How to read schemas that older models made. */
export interface Adaptation {
  /** Also what has a default may be null. */
  readonly nullBesideDefault?: boolean;
}

/**
 * The schema with what older models left out: properties that need not be there may be null, lists of item schemas are those of a
 * tuple, and a block may be given by a reference to it.
 */
export function adapted(schema: JsonObject, adaptation: Adaptation = {}): JsonObject {
  const changed = { ...schema };
  if (isObject(schema["properties"]))
    changed["properties"] = adaptedProperties(schema["properties"], requiredOf(schema), adaptation);
  if (isObject(schema["definitions"])) {
    const definitions = Object.entries(schema["definitions"]).flatMap(([name, definition]) =>
      definitionOf(name, definition, adaptation),
    );
    changed["definitions"] = Object.fromEntries(definitions);
  }
  return changed;
}

const requiredOf = (schema: JsonObject): readonly unknown[] => (Array.isArray(schema["required"]) ? schema["required"] : []);

function adaptedProperties(properties: JsonObject, required: readonly unknown[], adaptation: Adaptation): JsonObject {
  let needed = required;
  const adaptedOnes = Object.entries(properties).map(([key, property]) => {
    if (!isObject(property)) return [key, property] as const;
    const changed = withTuple(needed.includes(key) ? property : nullableOf(property, adaptation));
    if (!isObject(changed["properties"])) return [key, changed] as const;
    // As in the original, those that the inner object needs are also those that its later neighbours are looked up in.
    needed = requiredOf(changed);
    return [key, { ...changed, properties: adaptedProperties(changed["properties"], needed, {}) }] as const;
  });
  return Object.fromEntries(adaptedOnes);
}

function nullableOf(property: JsonObject, { nullBesideDefault = false }: Adaptation): JsonObject {
  const { type, ...rest } = property;
  if (type === undefined || type === "null" || ("default" in property && !nullBesideDefault)) return property;
  return { ...rest, anyOf: [{ type }, { type: "null" }] };
}

function withTuple(property: JsonObject): JsonObject {
  const { items, ...rest } = property;
  if (!Array.isArray(items) || items.length === 0 || property["prefixItems"] !== undefined) return property;
  return { ...rest, prefixItems: items };
}

const REFERENCE = {
  type: "object",
  properties: {
    $ref: {
      oneOf: [
        { type: "string", format: "uuid" },
        { type: "object", additionalProperties: { type: "string" }, minProperties: 1 },
      ],
    },
  },
  required: ["$ref"],
};

function definitionOf(name: string, definition: Value, adaptation: Adaptation): [string, Value][] {
  if (!isObject(definition)) return [[name, definition]];
  const { properties } = definition;
  const changed = isObject(properties)
    ? { ...definition, properties: adaptedProperties(properties, requiredOf(definition), adaptation) }
    : definition;
  if (!("block_type_slug" in definition)) return [[name, changed]];
  const title = typeof definition["title"] === "string" ? definition["title"] : name;
  return [
    [name, changed],
    [title, { oneOf: [changed, REFERENCE] }],
  ];
}

/** The schema without any `required`, but for those within alternatives: what is missing may still come. */
export function withoutRequired(value: Value): Value {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "required")
      .map(([key, item]) => [key, withoutRequired(item)]),
  );
}
