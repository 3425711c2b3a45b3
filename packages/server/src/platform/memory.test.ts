import { expect, it } from "vitest";
import { SpareMemory } from "./memory.ts";

it.each([
  ["it has started", [0.3, 0.1, 0, 0, 0.1, 0], 1],
  ["a burst goes on from the start", [0.9, 0.5, 0.9], 0],
  ["a burst goes on", [0, 0.9, 0.5, 0.9], 1],
  ["a burst has ended", [0, 0.9, 0], 2],
  ["a burst ends slowly", [0, 0.9, 0.1, 0.1, 0], 2],
  ["the quiet goes on", [0, 0.9, 0, 0, 0], 2],
  ["a second burst has ended", [0, 0.9, 0, 0.9, 0.9, 0], 3],
])("when %s, memory is given back so often", (_, shares, times) => {
  let collected = 0;
  const measured = shares.values();
  const memory = new SpareMemory(
    () => (collected += 1),
    () => measured.next().value ?? 0,
  );
  for (const _share of shares) memory.look();
  expect(collected).toBe(times);
});
