import { expect, test } from "vitest";
import type { TagLimitFacts } from "../facts.ts";
import { UNTIL_RELEASED } from "../lease.ts";
import { ask, TASK_RUN, taskRun } from "../testing.ts";
import { takeTagSlots } from "./take-tag-slots.ts";

function limitOn(tag: string, limit: number, taken: number, average = 2): TagLimitFacts {
  return {
    id: `limit-${tag}`,
    tag,
    active: true,
    limit,
    free: limit - taken,
    active_slots: taken,
    avg_slot_occupancy_seconds: average,
  };
}

test("takes one slot of every limit under one lease", () => {
  const outcome = ask(takeTagSlots, taskRun({ tag_limits: [limitOn("a", 1, 0), limitOn("b", 3, 2)] }), "RUNNING");
  const holder = { type: "task_run", id: TASK_RUN };
  expect(outcome.effects).toEqual({
    take: { id: "random-1", limit_ids: ["limit-a", "limit-b"], slots: 1, holder, seconds: UNTIL_RELEASED },
  });
});

test("waits, and takes nothing, while one of the limits is full", () => {
  const outcome = ask(takeTagSlots, taskRun({ tag_limits: [limitOn("a", 1, 0), limitOn("b", 3, 3)] }), "RUNNING");
  expect(outcome).toMatchObject({ status: "WAIT", reason: "Concurrency limit reached for tags: a, b", effects: null });
});

test.each([
  ["the busiest limit's occupancy", [limitOn("a", 10, 1, 100), limitOn("b", 3, 3, 4)], 4],
  ["no longer than the setting allows", [limitOn("b", 3, 3, 1000)], 10],
])("waits according to %s", (_, tag_limits, average) => {
  const longest = ask(takeTagSlots, taskRun({ tag_limits }), "RUNNING", { random: () => 1 }).refusal;
  expect(longest?.details).toMatchObject({ delay_seconds: Math.round(average * 1.3) });
});

test("aborts when a limit is closed, whatever the others have", () => {
  const outcome = ask(takeTagSlots, taskRun({ tag_limits: [limitOn("a", 1, 1), limitOn("b", 0, 0)] }), "RUNNING");
  expect(outcome).toMatchObject({
    status: "ABORT",
    reason: 'The concurrency limit on tag "b" is 0 and will deadlock if the task tries to run again.',
  });
});

test.each([
  ["without limits", taskRun({})],
  ["that holds its slots already", taskRun({ state: "RUNNING", tag_limits: [limitOn("a", 1, 1)], tag_lease_ids: ["lease"] })],
])("takes nothing for a run %s", (_, facts) => {
  expect(ask(takeTagSlots, facts, "RUNNING")).toMatchObject({ status: "pass", effects: null });
});
