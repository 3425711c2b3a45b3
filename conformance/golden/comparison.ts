import { schemaDifferences } from "../../packages/wire/src/kit/same-schema.ts";
import { OPERATIONS_OTHERWISE } from "./exceptions.ts";
import { type Document, operationsOf } from "./operations.ts";

/** An operation that both describe, with the places where the descriptions differ. */
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

/** Holds what a running server says of its API against what the original says of its own. */
export function compareApis(ourDocument: Document, theirDocument: Document): Comparison {
  const [ours, theirs] = [operationsOf(ourDocument), operationsOf(theirDocument)];
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
    missing: [...theirs.keys()].filter((operation) => !ours.has(operation)).toSorted(),
    own: [...ours.keys()].filter((operation) => !theirs.has(operation)).toSorted(),
    stale: OPERATIONS_OTHERWISE.filter((exception) => !used.has(exception)),
  };
}
