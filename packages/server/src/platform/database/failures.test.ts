import { expect, test } from "vitest";
import { classify } from "./failures.ts";

test("a connection that ended before the statement was sent is told as lost, with nothing applied", () => {
  const error = new Error("Client has encountered a connection error and is not queryable");
  expect(classify(error)).toMatchObject({ reason: "connection_lost", outcome: "not_applied", cause: error });
});
