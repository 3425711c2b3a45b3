import { assert, integer, property, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { freePriority, placed, type Placed } from "./priorities.ts";

const queues = (...priorities: number[]) => priorities.map((priority, index) => ({ id: `q${index}`, priority }));

test.each([
  [[], 1],
  [[1, 2, 3], 4],
  [[1, 3], 2],
  [[2, 3], 1],
  [[1, 1, 2], 3],
])("among %j the first free number is %i", (priorities, free) => {
  expect(freePriority(queues(...priorities))).toBe(free);
});

test.each([
  ["nobody moves for a number that is free", [1, 3, 5], 2, {}],
  ["only as many move as must", [1, 2, 3, 5], 2, { q1: 3, q2: 4 }],
  ["a gap ends the moving", [1, 2, 4], 1, { q0: 2, q1: 3 }],
  ["behind all others nobody moves", [1, 2], 9, {}],
])("%s", (_, priorities, priority, moved) => {
  const found = placed(queues(...priorities), { id: "new", priority });
  expect(Object.fromEntries(found.map((queue) => [queue.id, queue.priority]))).toEqual(moved);
});

test("whatever is placed, numbers differ, the others keep their order, and the placed queue has its number", () => {
  const distinct = uniqueArray(integer({ min: 1, max: 30 }), { maxLength: 12 });
  assert(
    property(distinct, integer({ min: 1, max: 32 }), (priorities, priority) => {
      const before = queues(...priorities.toSorted((one, other) => one - other));
      const moved = new Map(placed(before, { id: "new", priority }).map((queue) => [queue.id, queue.priority]));
      const after: Placed[] = before.map((queue) => ({ ...queue, priority: moved.get(queue.id) ?? queue.priority }));
      const numbers = after.map((queue) => queue.priority);
      expect(new Set([...numbers, priority]).size).toBe(after.length + 1);
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    }),
  );
});
