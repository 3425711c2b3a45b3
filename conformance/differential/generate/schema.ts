/** Arguments that fit a JSON Schema of the API's own description, of values that meet each other. */
import * as fc from "fast-check";
import type { Json } from "../call.ts";
import {
  DATA,
  IDS,
  INTEGERS,
  NUMBERS,
  OTHER_IDS,
  OTHER_INTEGERS,
  OTHER_NUMBERS,
  OTHER_TEXTS,
  OTHER_TIMES,
  TEXTS,
  TIMES,
} from "./pools.ts";

export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly type?: string;
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}
export type Definitions = Readonly<Record<string, Schema>>;

type Values = fc.Arbitrary<Json>;

/** Of 100 optional properties so many are given. */
const USUAL = 22;
const GIVEN: readonly (readonly [place: RegExp, percent: number])[] = [
  [/^(?:FlowRun|TaskRun)Create\.name$|\.key$/, 92],
  [/\.(?:flow_run_id|tags)$/, 60],
  [/^(?:FlowRun|TaskRun)Create\.(?:empirical_policy|state)$/, 35],
  [/Policy\.(?:retries|retry_delay)$/, 60],
  [/^StateCreate\.state_details$/, 45],
  [/^LogCreate\.|\.any_$|\.is_null_$/, 60],
  [/^Body\..*\.sort$/, 50],
  [/^Body\..*\.(?:deployments|work_pools|work_pool_queues|work_queues)$/, 4],
  [/\.(?:deployment_id|work_pool_name|work_queue_name|infrastructure_document_id|job_variables|labels)$/, 4],
  [/^(?:Body\..*|StateDetails)\.(?:force|deferred|run_input_keyset|slots|mode)$/, 10],
  [/\.(?:task_inputs|context|operator|page|offset)$/, 12],
];

const some = (values: readonly Json[]): Values => fc.constantFrom(...values);

type Pools<T> = readonly (readonly [place: RegExp, values: readonly T[]])[];

function valuesAt<T>(table: Pools<T>, place: string, others: readonly T[]): readonly T[] {
  return table.find(([pattern]) => pattern.test(place))?.[1] ?? others;
}

function pool(table: Pools<Json>, place: string, others: readonly Json[]): Values {
  return some(valuesAt(table, place, others));
}

/** Values for the schema at `place`, which is the model and property that it belongs to. */
export function fitting(schema: Schema, definitions: Definitions, place: string): Values {
  if (schema.$ref !== undefined) return referred(schema.$ref, definitions, place);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return some(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return oneOf(choices, definitions, place);
  switch (schema.type) {
    case "string":
      return text(schema, place);
    case "integer":
      return some(valuesAt(INTEGERS, place, OTHER_INTEGERS).filter((value) => within(value, schema)));
    case "number":
      return some(valuesAt(NUMBERS, place, OTHER_NUMBERS).filter((value) => within(value, schema)));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(fitting(schema.items ?? {}, definitions, place), { maxLength: 3, size: "max" });
    case "object":
      return object(schema, definitions, place);
    default:
      return some(DATA);
  }
}

function within(value: number, { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity }: Schema): boolean {
  return value >= minimum && value > exclusiveMinimum && value <= maximum;
}

function referred(reference: string, definitions: Definitions, place: string): Values {
  const name = reference.split("/").at(-1) ?? "";
  const schema = definitions[name] ?? {};
  const model = name.startsWith("Body_") || schema.properties === undefined ? place : name;
  return fitting(schema, definitions, model);
}

function oneOf(choices: readonly Schema[], definitions: Definitions, place: string): Values {
  const weighted = choices.map((choice) => ({
    arbitrary: fitting(choice, definitions, place),
    weight: choice.type === "null" ? 1 : 8,
  }));
  return fc.oneof(...weighted);
}

function text({ format }: Schema, place: string): Values {
  if (format === "uuid") return pool(IDS, place, OTHER_IDS);
  if (format === "date-time") return pool(TIMES, place, OTHER_TIMES);
  return pool(TEXTS, place, OTHER_TEXTS);
}

function object(schema: Schema, definitions: Definitions, place: string): Values {
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return freeObject(schema, definitions, place);
  const entries = properties.map(([name, property]) => {
    const inner = `${place}.${name}`;
    const value = fitting(property, definitions, inner).map((given): [string, Json] => [name, given]);
    const percent = schema.required?.includes(name) ? 100 : (GIVEN.find(([pattern]) => pattern.test(inner))?.[1] ?? USUAL);
    if (percent === 100) return value;
    return fc.oneof({ arbitrary: value, weight: percent }, { arbitrary: fc.constant(undefined), weight: 100 - percent });
  });
  return fc.tuple(...entries).map((given) => Object.fromEntries(given.filter((entry) => entry !== undefined)));
}

function freeObject({ additionalProperties }: Schema, definitions: Definitions, place: string): Values {
  const value = typeof additionalProperties === "object" ? fitting(additionalProperties, definitions, place) : some(DATA);
  return fc.dictionary(fc.constantFrom("x", "y"), value, { maxKeys: 2 });
}
