import { expect, test } from "vitest";
import { isTerminal, propose, STATE_TYPES, titleOf } from "./state.ts";
import { at, NOW } from "./testing.ts";

test("a type gives a state its name, and a schedule without time is due at once", () => {
  expect(propose({ type: "CANCELLING" }, NOW)).toMatchObject({ name: "Cancelling", message: null, data: null });
  expect(propose({ type: "SCHEDULED" }, NOW).state_details.scheduled_time).toBe(NOW);
  expect(propose({ type: "RUNNING" }, NOW).state_details.scheduled_time).toBeNull();
});

test("what the proposer says stays", () => {
  const said = { type: "SCHEDULED", name: "Late", state_details: { scheduled_time: at(-60) } } as const;
  expect(propose(said, NOW)).toMatchObject(said);
});

test("four types end a run", () => {
  expect(STATE_TYPES.filter(isTerminal).map(titleOf)).toEqual(["Completed", "Failed", "Cancelled", "Crashed"]);
  expect(isTerminal(null)).toBe(false);
});
