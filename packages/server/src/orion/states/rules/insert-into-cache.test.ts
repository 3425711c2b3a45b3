import { expect, test } from "vitest";
import { ask, at, taskRun } from "../testing.ts";
import { insertIntoCache } from "./insert-into-cache.ts";

const completed = (cache_key: string | null) =>
  ({ type: "COMPLETED", state_details: { cache_key, cache_expiration: at(60) } }) as const;

test.each([
  ["a key", "k"],
  ["a key as long as may be", "k".repeat(2000)],
  ["as many characters outside the basic plane", "\u{1f989}".repeat(2000)],
])("keeps a state with %s", (_, cache_key) => {
  const outcome = ask(insertIntoCache, taskRun({ state: "RUNNING" }), completed(cache_key));
  expect(outcome).toMatchObject({ status: "pass", effects: { cache: { cache_key, cache_expiration: at(60) } } });
});

test("complains of a longer key, and keeps the state", () => {
  const cache_key = "k".repeat(2001);
  expect(ask(insertIntoCache, taskRun({ state: "RUNNING" }), completed(cache_key))).toMatchObject({
    status: "REJECT",
    reason: "Cache key exceeded maximum allowed length of 2000 characters.",
    proposed: { type: "COMPLETED", name: "Completed" },
    effects: { cache: { cache_key } },
  });
});

test.each([null, ""])("keeps nothing under %j", (cache_key) => {
  expect(ask(insertIntoCache, taskRun({ state: "RUNNING" }), completed(cache_key))).toMatchObject({
    status: "pass",
    effects: null,
  });
});
