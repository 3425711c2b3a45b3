import { expect, test } from "vitest";
import { ClientDataError, DatabaseUnavailable } from "./database/index.ts";
import { isolate } from "./isolate.ts";

/** Fails for batches that hold one of `spoiled`, and lists what got through. */
function batchOf(spoiled: readonly number[]) {
  const done: number[] = [];
  const run = async (items: readonly number[]) => {
    if (items.some((item) => spoiled.includes(item))) throw new ClientDataError("spoiled");
    done.push(...items);
  };
  return { done, run };
}

test.each([{ spoiled: [] }, { spoiled: [0] }, { spoiled: [6] }, { spoiled: [2, 3] }, { spoiled: [0, 1, 2, 3, 4, 5, 6] }])(
  "of seven items, $spoiled are refused and the others succeed",
  async ({ spoiled }) => {
    const items = [0, 1, 2, 3, 4, 5, 6];
    const { done, run } = batchOf(spoiled);
    const refused: number[] = [];
    await isolate(items, run, (item) => refused.push(item));
    expect(refused).toEqual(spoiled);
    expect(done).toEqual(items.filter((item) => !spoiled.includes(item)));
  },
);

test("no items are no batch", async () => {
  await isolate(
    [],
    () => Promise.reject(new Error("called")),
    () => {},
  );
});

test("an error that is no item's fault fails the batch at once", async () => {
  let calls = 0;
  const run = () => {
    calls += 1;
    return Promise.reject(new DatabaseUnavailable("cannot_connect"));
  };
  await expect(isolate([1, 2, 3], run, () => {})).rejects.toThrow(DatabaseUnavailable);
  expect(calls).toBe(1);
});
