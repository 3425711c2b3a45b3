/** Calls of the operations that the API describes, and sequences of them. */
import * as fc from "fast-check";
import { OPERATIONS_OWN } from "../../golden/exceptions.ts";
import { type Call, isObject, type Json } from "../call.ts";
import { SCENES } from "./scenes.ts";
import { type Definitions, fitting, type Schema } from "./schema.ts";

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema?: Schema }>>;
  };
}
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Definitions };
}

const GROUPS =
  /^\/(?:flows|flow_runs|task_runs|flow_run_states|task_run_states|logs|saved_searches|variables|artifacts|concurrency_limits|v2\/concurrency_limits|ui\/(?:flows|flow_runs|task_runs)|admin\/(?:storage|version)|csrf-token|hello|health|ready)\b/;
/** What only one of the servers has. */
const isOwn = (operation: string): boolean => operation in OPERATIONS_OWN;

/** How often an operation comes, next to 2 for the others; what makes things comes most. */
const WEIGHTS: readonly (readonly [operation: RegExp, weight: number])[] = [
  [/^POST \/flow_runs\/$/, 14],
  [/^POST \/flow_runs\/\{id\}\/set_state$/, 24],
  [/^POST \/task_runs\/$/, 12],
  [/^POST \/task_runs\/\{id\}\/set_state$/, 18],
  [/^POST \/flows\/$|^POST \/logs\/$|^POST \/artifacts\/$|^POST \/variables\/$|^POST \/v2\/concurrency_limits\/$/, 6],
  [/^GET \/(?:flow_runs|task_runs)\/\{id\}$|\/(?:flow_runs|task_runs)\/filter$/, 8],
  [/increment|decrement/, 4],
  [/^DELETE|bulk_delete|\/admin\/|\/csrf-token|\/hello|\/health|\/ready|\/version/, 1],
];

const VERSIONS: readonly (string | null)[] = ["0.8.4", "0.8.4", "0.8.4", null, "0.8.2"];
/** Of 100 calls so many are spoilt. */
const SPOILT = 6;

type Calls = fc.Arbitrary<Call>;
type Fields = fc.Arbitrary<Record<string, Json>>;

/** Any call of the operations that both servers must answer alike; three in four of those that the subject asks for. */
function anyCall(operations: readonly NamedCalls[], about: RegExp): Calls {
  const within = operations.filter(({ path }) => about.test(path));
  return fc.oneof({ arbitrary: fc.oneof(...within), weight: 3 }, { arbitrary: fc.oneof(...operations), weight: 1 });
}

interface NamedCalls {
  readonly path: string;
  readonly arbitrary: Calls;
  readonly weight: number;
}

function operationsOf(description: Description): NamedCalls[] {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation }))
      .filter(({ name }) => GROUPS.test(path) && !isOwn(name))
      .map(({ name, operation }) => ({
        path,
        arbitrary: callOf(name, operation, description.components.schemas),
        weight: WEIGHTS.find(([pattern]) => pattern.test(name))?.[1] ?? 2,
      })),
  );
}

/** Sequences of at most so many calls, each in one of the scenes. */
export function anySequence(description: Description, longest: number): fc.Arbitrary<Call[]> {
  const operations = operationsOf(description);
  const played = SCENES.map(({ opening, about }) =>
    fc
      .array(anyCall(operations, about), { minLength: 1, maxLength: Math.max(1, longest - opening.length), size: "max" })
      .map((rest) => [...opening, ...rest]),
  );
  return fc.oneof(...played);
}

function callOf(name: string, operation: Operation, definitions: Definitions): Calls {
  const [method = "", path = ""] = name.split(" ");
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const body = schema ? spoiling(fitting(schema, definitions, `Body.${path}`)) : fc.constant(undefined);
  const bodyOrNone =
    operation.requestBody?.required === true ? body : fc.oneof({ arbitrary: body, weight: 12 }, fc.constant(undefined));
  return fc
    .tuple(
      fields(operation, "path", path, definitions),
      fields(operation, "query", path, definitions),
      bodyOrNone,
      fc.constantFrom(...VERSIONS),
    )
    .map(([params, query, given, version]) => ({
      method,
      path,
      ...(Object.keys(params).length > 0 && { params }),
      ...(Object.keys(query).length > 0 && { query }),
      ...(given !== undefined && { body: given }),
      ...(version !== null && { headers: { "x-prefect-api-version": version } }),
    }));
}

function fields({ parameters = [] }: Operation, place: string, path: string, definitions: Definitions): Fields {
  const own = parameters.filter((each) => each.in === place);
  const entries = own.map(({ name, schema, required }) => {
    const value = fitting(schema, definitions, `${path}.${name}`).filter((given) => given !== null && given !== "");
    return (required === true ? value : fc.option(value, { nil: undefined, freq: 3 })).map((given) => [name, given] as const);
  });
  return fc
    .tuple(...entries)
    .map((given) => Object.fromEntries(given.filter((entry): entry is [string, Json] => entry[1] !== undefined)));
}

/** Some bodies are spoilt: a key too many, one missing, one of another type. */
function spoiling(bodies: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const how = fc.constantFrom("unknown key", "missing key", "wrong type", "no object");
  const wrong = fc.constantFrom<Json>(null, -1, 1.5, "wrong 1", [], {}, [null], true, "2026-11-23");
  const spoilt = fc.tuple(bodies, how, wrong, fc.nat()).map(([body, kind, value, at]): Json => spoil(body, kind, value, at));
  return fc.oneof({ arbitrary: bodies, weight: 100 - SPOILT }, { arbitrary: spoilt, weight: SPOILT });
}

function spoil(body: Json, how: string, value: Json, at: number): Json {
  if (how === "no object" || !isObject(body)) return value;
  const keys = Object.keys(body);
  const key = keys[at % keys.length] ?? "nothing";
  if (how === "unknown key") return { ...body, unknown_1: value };
  const inner = body[key];
  // as often deep inside as at the surface
  if (isObject(inner) && at % 2 === 0) return { ...body, [key]: spoil(inner, how, value, at >> 1) };
  const { [key]: _, ...others } = body;
  return how === "missing key" ? others : { ...others, [key]: value };
}
