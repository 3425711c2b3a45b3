import { schemaDifferences } from "../../packages/wire/src/kit/same-schema.ts";
import { OPERATIONS_OTHERWISE } from "./exceptions.ts";
import { type Document, operationsOf } from "./operations.ts";

/** An operation or a schema that both describe, with the places where the descriptions differ. */
export interface Compared {
  readonly operation: string;
  readonly unexplained: readonly string[];
  readonly explained: readonly string[];
}

export interface Comparison {
  readonly compared: readonly Compared[];
  /** The original's alone. */
  readonly missing: readonly string[];
  /** Ours alone. */
  readonly own: readonly string[];
  /** The exceptions that explain nothing any more. */
  readonly stale: readonly (typeof OPERATIONS_OTHERWISE)[number][];
}

function exceptionOf(operation: string, line: string) {
  return OPERATIONS_OTHERWISE.find(({ operations, about }) => operations.test(operation) && about.test(line));
}

const SCHEMA = "schema ";
export const isSchema = (name: string): boolean => name.startsWith(SCHEMA);

/** Operations by method and path, and the schemas that they name; bodies of several parts stand in their operation. */
function described(document: Document): Map<string, unknown> {
  const schemas = Object.entries(document.components.schemas).filter(([name]) => !name.startsWith("Body_"));
  return new Map([...operationsOf(document), ...schemas.map(([name, schema]) => [`${SCHEMA}${name}`, schema] as const)]);
}

/** Holds what a running server says of its API against what the original says of its own. */
export function compareApis(ourDocument: Document, theirDocument: Document): Comparison {
  const [ours, theirs] = [described(ourDocument), described(theirDocument)];
  const used = new Set<unknown>();
  const compared = [...ours.keys()]
    .filter((operation) => theirs.has(operation))
    .map((operation) => {
      const lines = schemaDifferences(ours.get(operation), theirs.get(operation));
      const explained = lines.filter((line) => {
        const exception = exceptionOf(operation, line);
        used.add(exception);
        return exception !== undefined;
      });
      return { operation, explained, unexplained: lines.filter((line) => !explained.includes(line)) };
    });
  return {
    compared,
    // a schema of one side alone shows in the operations that need it
    missing: [...theirs.keys()].filter((name) => !isSchema(name) && !ours.has(name)).toSorted(),
    own: [...ours.keys()].filter((name) => !isSchema(name) && !theirs.has(name)).toSorted(),
    stale: OPERATIONS_OTHERWISE.filter((exception) => !used.has(exception)),
  };
}
