import { describe, expect, inject, test } from "vitest";
import { compareApis } from "./comparison.ts";
import { OPERATIONS_OWN } from "./exceptions.ts";
import { recordFaults } from "./missing.ts";
import { originalApi } from "./original.ts";
import type { Document } from "./operations.ts";

const { compared, missing, own, stale } = compareApis(await served(), originalApi());

/** What a running server says of itself. */
async function served(): Promise<Document> {
  const server = await fetch(`${inject("servers")}/plain`);
  const described = await fetch(`${await server.text()}/openapi.json`);
  return (await described.json()) as Document;
}

describe("parameters, body and answers are the original's of", () => {
  test.each(compared.map(({ operation, unexplained }) => [operation, unexplained] as const))("%s", (_, unexplained) => {
    expect(unexplained).toEqual([]);
  });
});

test("exactly the operations without a counterpart have a reason", () => {
  expect(own).toEqual(Object.keys(OPERATIONS_OWN).toSorted());
});

test("every exception is still needed", () => {
  expect(stale).toEqual([]);
});

test("what is missing is on record, and nothing else: `npm run api:report -- --shorten` takes off what is served", () => {
  expect(recordFaults(missing)).toEqual({ lost: [], closed: [] });
});
