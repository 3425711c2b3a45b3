import { expect, test } from "vitest";
import { ask, RESULT, state, taskRun } from "../testing.ts";
import { retrieveFromCache } from "./retrieve-from-cache.ts";

const cached = state({ type: "COMPLETED", message: "done", data: RESULT, state_details: { cache_key: "k" } });
const running = (details: object) => ({ type: "RUNNING", state_details: details }) as const;

test("answers with the state that was kept under the key", () => {
  const outcome = ask(retrieveFromCache, taskRun({ state: "PENDING", cached }), running({ cache_key: "k" }));
  expect(outcome).toMatchObject({
    status: "REJECT",
    reason: "Retrieved state from cache",
    proposed: { type: "COMPLETED", name: "Cached", message: "done", data: RESULT, state_details: { cache_key: "k" } },
  });
});

test.each([
  ["nothing is kept", null, { cache_key: "k" }],
  ["a refresh is asked for", cached, { cache_key: "k", refresh_cache: true }],
  ["there is no key", cached, {}],
])("lets the task run when %s", (_, found, details) => {
  expect(ask(retrieveFromCache, taskRun({ cached: found }), running(details)).status).toBe("pass");
});
