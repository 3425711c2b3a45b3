import { describe, expect, inject, test } from "vitest";
import { schemaDifferences } from "../../packages/wire/src/kit/same-schema.ts";
import { OPERATIONS_OTHERWISE, OPERATIONS_OWN } from "./exceptions.ts";
import { originalApi } from "./original.ts";
import { type Document, operationsOf } from "./operations.ts";

const theirs = operationsOf(originalApi());
const ours = operationsOf(await served());

/** What a running server says of itself. */
async function served(): Promise<Document> {
  const server = await fetch(`${inject("servers")}/plain`);
  const described = await fetch(`${await server.text()}/openapi.json`);
  return (await described.json()) as Document;
}

const found = [...ours].map(
  ([operation, description]) => [operation, schemaDifferences(description, theirs.get(operation))] as const,
);

function exceptionOf(operation: string, line: string) {
  return OPERATIONS_OTHERWISE.find(({ operations, about }) => operations.test(operation) && about.test(line));
}

describe("parameters, body and answers are the original's of", () => {
  test.each(found.filter(([operation]) => theirs.has(operation)))("%s", (operation, lines) => {
    expect(lines.filter((line) => exceptionOf(operation, line) === undefined)).toEqual([]);
  });
});

test("exactly the operations without a counterpart have a reason", () => {
  expect([...ours.keys()].filter((operation) => !theirs.has(operation)).toSorted()).toEqual(
    Object.keys(OPERATIONS_OWN).toSorted(),
  );
});

test("every exception is still needed", () => {
  const used = new Set(found.flatMap(([operation, lines]) => lines.map((line) => exceptionOf(operation, line))));
  expect(OPERATIONS_OTHERWISE.filter((exception) => !used.has(exception))).toEqual([]);
});
