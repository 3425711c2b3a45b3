import type { SchemaError } from "./errors.ts";
import { hasFormat } from "./formats.ts";
import type { Validator } from "./validator.ts";
import { isEqual, isObject, isType, type JsonObject, numberOf, printed, type Value } from "./value.ts";

interface Asked {
  readonly validator: Validator;
  /** What the keyword says. */
  readonly value: Value;
  readonly instance: Value;
  readonly schema: JsonObject;
}

/** A fault of the value itself, one with what each alternative said, or one of a part. */
type Found = string | { readonly message: string; readonly alternatives: readonly SchemaError[] } | SchemaError;
type Keyword = (asked: Asked) => Iterable<Found>;

const list = (value: Value): readonly unknown[] => (Array.isArray(value) ? value : []);
const entries = (value: Value) => (isObject(value) ? Object.entries(value) : []);
const has = (value: JsonObject, key: string) => Object.hasOwn(value, key);
/** In code points, as Python counts. */
const length = (text: string) => Array.from(text).length;

function pattern(source: unknown): RegExp | undefined {
  try {
    return new RegExp(String(source), "u");
  } catch {
    return undefined;
  }
}

/** A keyword about numbers: a message where `fails`. */
const numeric =
  (fails: (number: number, limit: number) => boolean, says: (number: string, limit: string) => string): Keyword =>
  ({ value, instance }) => {
    const [number, limit] = [numberOf(instance), numberOf(value)];
    return number !== undefined && limit !== undefined && fails(number, limit) ? [says(printed(instance), printed(value))] : [];
  };

/** A keyword about how many of something a value has. */
const counted =
  (
    count: (instance: Value) => number | undefined,
    fails: (count: number, limit: number) => boolean,
    says: (limit: number) => string,
  ): Keyword =>
  ({ value, instance }) => {
    const [number, limit] = [count(instance), numberOf(value)];
    return number !== undefined && limit !== undefined && fails(number, limit) ? [`${printed(instance)} ${says(limit)}`] : [];
  };

const characters = (value: Value) => (typeof value === "string" ? length(value) : undefined);
const items = (value: Value) => (Array.isArray(value) ? value.length : undefined);
const properties = (value: Value) => (isObject(value) ? Object.keys(value).length : undefined);
const less = (one: number, other: number) => one < other;
const more = (one: number, other: number) => one > other;
const tooShort = (limit: number) => (limit === 1 ? "should be non-empty" : "is too short");
const tooLong = (limit: number) => (limit === 0 ? "is expected to be empty" : "is too long");

function* eachProperty({ validator, value, instance }: Asked): Iterable<Found> {
  if (!isObject(instance)) return;
  for (const [key, schema] of entries(value)) if (has(instance, key)) yield* validator.within(instance[key], schema, key);
}

function* byPattern({ validator, value, instance }: Asked): Iterable<Found> {
  for (const [source, schema] of entries(value)) {
    for (const [key, item] of entries(instance)) if (pattern(source)?.test(key)) yield* validator.within(item, schema, key);
  }
}

function* additionalProperties({ validator, value, instance, schema }: Asked): Iterable<Found> {
  if (!isObject(instance)) return;
  const known = isObject(schema["properties"]) ? schema["properties"] : {};
  const patterns = entries(schema["patternProperties"]).map(([source]) => pattern(source));
  const extras = Object.keys(instance).filter((key) => !has(known, key) && !patterns.some((each) => each?.test(key)));
  if (isObject(value)) {
    for (const key of extras) yield* validator.within(instance[key], value, key);
  } else if (value === false && extras.length > 0) {
    const told = extras.toSorted().map(printed).join(", ");
    const sources = entries(schema["patternProperties"]).map(([source]) => source);
    yield sources.length > 0
      ? `${told} ${extras.length === 1 ? "does" : "do"} not match any of the regexes: ${sources.toSorted().map(printed).join(", ")}`
      : `Additional properties are not allowed (${told} ${extras.length === 1 ? "was" : "were"} unexpected)`;
  }
}

function* eachItem({ validator, value, instance, schema }: Asked): Iterable<Found> {
  if (!Array.isArray(instance)) return;
  const prefix = list(schema["prefixItems"]).length;
  const extra = instance.length - prefix;
  if (extra <= 0) return;
  if (value === false) {
    const rest: unknown = extra === 1 ? instance[prefix] : instance.slice(prefix);
    yield `Expected at most ${prefix} ${prefix === 1 ? "item" : "items"} but found ${extra} extra: ${printed(rest)}`;
    return;
  }
  for (const [index, item] of instance.entries()) if (index >= prefix) yield* validator.within(item, value, index);
}

function* prefixItems({ validator, value, instance }: Asked): Iterable<Found> {
  if (!Array.isArray(instance)) return;
  for (const [index, schema] of list(value).entries()) {
    if (index < instance.length) yield* validator.within(instance[index], schema, index);
  }
}

function* contains({ validator, value, instance, schema }: Asked): Iterable<Found> {
  if (!Array.isArray(instance)) return;
  const least = numberOf(schema["minContains"]) ?? 1;
  const most = numberOf(schema["maxContains"]) ?? instance.length;
  const matches = instance.filter((item) => validator.isValid(item, value)).length;
  if (matches > most) yield `Too many items match the given schema (expected at most ${most})`;
  else if (matches < least && matches === 0) yield `${printed(instance)} does not contain items matching the given schema`;
  else if (matches < least) {
    yield `Too few items match the given schema (expected at least ${least} but only ${matches} matched)`;
  }
}

function uniqueItems({ value, instance }: Asked): Found[] {
  if (value !== true || !Array.isArray(instance)) return [];
  const repeats = instance.some((item, index) => instance.slice(0, index).some((before) => isEqual(item, before)));
  return repeats ? [`${printed(instance)} has non-unique elements`] : [];
}

function alternatives({ validator, value, instance }: Asked): readonly SchemaError[] | undefined {
  const all: SchemaError[] = [];
  for (const schema of list(value)) {
    const errors = validator.check(instance, schema);
    if (errors.length === 0) return undefined;
    all.push(...errors);
  }
  return all;
}

const noAlternative = (instance: Value, found: readonly SchemaError[]): Found => ({
  message: `${printed(instance)} is not valid under any of the given schemas`,
  alternatives: found,
});

function anyOf(asked: Asked): Found[] {
  const found = alternatives(asked);
  return found === undefined ? [] : [noAlternative(asked.instance, found)];
}

function oneOf(asked: Asked): Found[] {
  const { validator, value, instance } = asked;
  const found = alternatives(asked);
  if (found !== undefined) return [noAlternative(instance, found)];
  const [first, ...others] = list(value).filter((schema) => validator.isValid(instance, schema));
  return others.length === 0 ? [] : [`${printed(instance)} is valid under each of ${[...others, first].map(printed).join(", ")}`];
}

function conditional({ validator, value, instance, schema }: Asked): Found[] {
  const branch = validator.isValid(instance, value) ? "then" : "else";
  return has(schema, branch) ? validator.check(instance, schema[branch]) : [];
}

function* required({ value, instance }: Asked): Iterable<Found> {
  if (!isObject(instance)) return;
  for (const key of list(value)) if (!has(instance, String(key))) yield `${printed(key)} is a required property`;
}

function* dependentRequired({ value, instance }: Asked): Iterable<Found> {
  if (!isObject(instance)) return;
  for (const [key, needed] of entries(value)) {
    if (!has(instance, key)) continue;
    for (const each of list(needed))
      if (!has(instance, String(each))) yield `${printed(each)} is a dependency of ${printed(key)}`;
  }
}

function* dependentSchemas({ validator, value, instance }: Asked): Iterable<Found> {
  if (!isObject(instance)) return;
  for (const [key, schema] of entries(value)) if (has(instance, key)) yield* validator.check(instance, schema);
}

function typeOf({ value, instance }: Asked): Found[] {
  const types: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (types.some((type) => isType(instance, type))) return [];
  return [`${printed(instance)} is not of type ${types.map(printed).join(", ")}`];
}

function multipleOf(number: number, divisor: number): boolean {
  return divisor !== 0 && !Number.isInteger(number / divisor);
}

const reference: Keyword = ({ validator, value, instance }) => validator.check(instance, validator.resolve(value));

/** What each keyword of draft 2020-12 finds, in the words of the original's library. Annotations are no rules. */
export const KEYWORDS: Readonly<Record<string, Keyword>> = {
  $ref: reference,
  $dynamicRef: reference,
  additionalProperties,
  allOf: ({ validator, value, instance }) => list(value).flatMap((schema) => validator.check(instance, schema)),
  anyOf,
  const: ({ value, instance }) => (isEqual(instance, value) ? [] : [`${printed(value)} was expected`]),
  contains,
  dependentRequired,
  dependentSchemas,
  enum: ({ value, instance }) =>
    list(value).some((each) => isEqual(each, instance)) ? [] : [`${printed(instance)} is not one of ${printed(value)}`],
  exclusiveMaximum: numeric(
    (number, limit) => number >= limit,
    (number, limit) => `${number} is greater than or equal to the maximum of ${limit}`,
  ),
  exclusiveMinimum: numeric(
    (number, limit) => number <= limit,
    (number, limit) => `${number} is less than or equal to the minimum of ${limit}`,
  ),
  format: ({ validator, value, instance }) =>
    validator.formats && !hasFormat(instance, value) ? [`${printed(instance)} is not a ${printed(value)}`] : [],
  if: conditional,
  items: eachItem,
  maxItems: counted(items, more, tooLong),
  maxLength: counted(characters, more, tooLong),
  maxProperties: counted(properties, more, (limit) => (limit === 0 ? "is expected to be empty" : "has too many properties")),
  maximum: numeric(more, (number, limit) => `${number} is greater than the maximum of ${limit}`),
  minItems: counted(items, less, tooShort),
  minLength: counted(characters, less, tooShort),
  minProperties: counted(properties, less, (limit) => (limit === 1 ? "should be non-empty" : "does not have enough properties")),
  minimum: numeric(less, (number, limit) => `${number} is less than the minimum of ${limit}`),
  multipleOf: numeric(multipleOf, (number, limit) => `${number} is not a multiple of ${limit}`),
  not: ({ validator, value, instance }) =>
    validator.isValid(instance, value) ? [`${printed(instance)} should not be valid under ${printed(value)}`] : [],
  oneOf,
  pattern: ({ value, instance }) =>
    typeof instance !== "string" || (pattern(value)?.test(instance) ?? true)
      ? []
      : [`${printed(instance)} does not match ${printed(value)}`],
  patternProperties: byPattern,
  prefixItems,
  properties: eachProperty,
  propertyNames: ({ validator, value, instance }) =>
    isObject(instance) ? Object.keys(instance).flatMap((key) => validator.check(key, value)) : [],
  required,
  type: typeOf,
  uniqueItems,
};
