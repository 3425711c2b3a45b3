import { expect, it } from "vitest";
import { SpareMemory } from "./memory.ts";

it.each([
  ["there was no burst", [0, 0.1, 0], 0],
  ["the burst goes on", [0.9, 0.5, 0.9], 0],
  ["the burst has ended", [0.9, 0], 1],
  ["the burst ends slowly", [0.9, 0.1, 0.1, 0], 1],
  ["the quiet goes on", [0.9, 0, 0, 0], 1],
  ["a second burst has ended", [0.9, 0, 0.9, 0.9, 0], 2],
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
