import { isType, type Value } from "./value.ts";

/** One fault of a value by its schema. */
export interface SchemaError {
  readonly message: string;
  /** From the value that the enclosing schema was asked about. */
  path: (string | number)[];
  /** The keyword that found it; null for a schema that allows nothing. */
  readonly keyword: string | null;
  readonly schema: Value;
  readonly instance: Value;
  /** What each of several alternatives said. */
  readonly context: readonly SchemaError[];
}

/** A schema that leads back to itself without end. */
export class CircularSchema extends Error {}

/** A reference to what is not there; nothing is fetched. */
export class UnresolvedReference extends Error {}

/** A fault, and where it is from the root. */
export interface Match {
  readonly error: SchemaError;
  readonly path: readonly (string | number)[];
}

/**
 * The fault that tells the most: the one nearest to the root, and of alternatives, which need not all hold, the one that came
 * farthest, unless two came as far.
 */
export function bestMatch(errors: readonly SchemaError[]): Match | undefined {
  let best = errors.reduce<SchemaError | undefined>(
    (found, error) => (found === undefined || compare(error, found) > 0 ? error : found),
    undefined,
  );
  if (best === undefined) return undefined;
  let path = best.path;
  while (best.context.length > 0) {
    const [first, second] = best.context.toSorted(compare);
    if (first === undefined || (second !== undefined && compare(first, second) === 0)) break;
    best = first;
    path = [...path, ...first.path];
  }
  return { error: best, path };
}

function compare(one: SchemaError, other: SchemaError): number {
  return (
    other.path.length - one.path.length ||
    comparePaths(one.path, other.path) ||
    Number(!isWeak(one)) - Number(!isWeak(other)) ||
    Number(!matchesType(one)) - Number(!matchesType(other))
  );
}

const isWeak = ({ keyword }: SchemaError) => keyword === "anyOf" || keyword === "oneOf";

function matchesType({ schema, instance }: SchemaError): boolean {
  const type: unknown = typeof schema === "object" && schema !== null ? Reflect.get(schema, "type") : undefined;
  return Array.isArray(type) ? type.some((each) => isType(instance, each)) : isType(instance, type);
}

function comparePaths(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, step] of one.entries()) {
    const against = other[index];
    if (against === undefined) return 1;
    if (step !== against) return step < against ? -1 : 1;
  }
  return one.length - other.length;
}
