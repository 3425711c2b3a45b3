import { array, assert, asyncProperty, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { Batcher } from "./batcher.ts";
import { DatabaseUnavailable } from "./failures.ts";

/** A run that waits until the test lets it end. */
class Trips {
  readonly batches: number[][] = [];
  #waiting: (() => void)[] = [];
  #arrival: (() => void) | undefined;

  readonly run = async (items: number[]): Promise<number[]> => {
    this.batches.push(items);
    this.#arrival?.();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return items.map((item) => item * 10);
  };

  /** Resolves when the given number of batches has begun. */
  async begun(count: number): Promise<void> {
    while (this.batches.length < count) await new Promise<void>((resolve) => (this.#arrival = resolve));
  }

  endAll(): void {
    for (const end of this.#waiting.splice(0)) end();
  }
}

describe("calls that arrive together", () => {
  test("share one round trip and get each their own output", async () => {
    const trips = new Trips();
    const batcher = new Batcher({ maximum: 10, lanes: 1, run: trips.run });
    const answers = Promise.all([1, 2, 3].map((item) => batcher.submit(item)));
    await trips.begun(1);
    trips.endAll();
    expect(await answers).toEqual([10, 20, 30]);
    expect(trips.batches).toEqual([[1, 2, 3]]);
  });

  test("share the next one while all lanes are busy", async () => {
    const trips = new Trips();
    const batcher = new Batcher({ maximum: 10, lanes: 2, run: trips.run });
    const answers = [batcher.submit(1)];
    await trips.begun(1);
    answers.push(batcher.submit(2));
    await trips.begun(2);
    answers.push(batcher.submit(3), batcher.submit(4));
    trips.endAll();
    await trips.begun(3);
    trips.endAll();
    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40]);
    expect(trips.batches).toEqual([[1], [2], [3, 4]]);
  });

  test("are spread over round trips of the maximum size", async () => {
    const trips = new Trips();
    const batcher = new Batcher({ maximum: 2, lanes: 3, run: trips.run });
    const answers = Promise.all([1, 2, 3, 4, 5].map((item) => batcher.submit(item)));
    await trips.begun(3);
    trips.endAll();
    await answers;
    expect(trips.batches).toEqual([[1, 2], [3, 4], [5]]);
  });
});

describe("a failure", () => {
  const poison = new Error("poisoned");

  /** Fails whole when it holds an item below zero. */
  function poisonable(batches: number[][]) {
    return async (items: number[]): Promise<number[]> => {
      batches.push(items);
      if (items.some((item) => item < 0)) throw poison;
      return items;
    };
  }

  test("of several is repeated one by one, so that only the poisoned item fails", async () => {
    const batches: number[][] = [];
    const batcher = new Batcher({ maximum: 10, lanes: 1, run: poisonable(batches) });
    const outcomes = await Promise.allSettled([1, -2, 3].map((item) => batcher.submit(item)));
    expect(outcomes).toEqual([
      { status: "fulfilled", value: 1 },
      { status: "rejected", reason: poison },
      { status: "fulfilled", value: 3 },
    ]);
    expect(batches).toEqual([[1, -2, 3], [1], [-2], [3]]);
  });

  test("of the database itself is not repeated", async () => {
    const failure = new DatabaseUnavailable("connection_lost", { outcome: "unknown" });
    let runs = 0;
    const batcher = new Batcher({ maximum: 10, lanes: 1, run: () => Promise.reject((runs++, failure)) });
    const outcomes = await Promise.allSettled([batcher.submit(1), batcher.submit(2)]);
    expect(outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason)).toEqual([failure, failure]);
    expect(runs).toBe(1);
  });

  test("to answer every item fails all of them and is not repeated", async () => {
    let runs = 0;
    const batcher = new Batcher<number, number>({ maximum: 10, lanes: 1, run: () => Promise.resolve([runs++]) });
    const outcomes = await Promise.allSettled([batcher.submit(1), batcher.submit(2)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(runs).toBe(1);
  });

  test("does not stop the calls that follow", async () => {
    const batcher = new Batcher({ maximum: 1, lanes: 1, run: poisonable([]) });
    await expect(batcher.submit(-1)).rejects.toBe(poison);
    expect(await batcher.submit(1)).toBe(1);
  });
});

test("whatever the load: nothing is lost, doubled, oversized or out of order, and lanes are kept", async () => {
  const load = record({
    maximum: integer({ min: 1, max: 5 }),
    lanes: integer({ min: 1, max: 3 }),
    // How many calls come in each turn of the event loop.
    turns: array(integer({ min: 0, max: 8 }), { maxLength: 12 }),
  });
  await assert(
    asyncProperty(load, async ({ maximum, lanes, turns }) => {
      const batches: number[][] = [];
      let running = 0;
      let mostRunning = 0;
      const run = async (items: number[]) => {
        batches.push(items);
        mostRunning = Math.max(mostRunning, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return items.map((item) => item * 10);
      };
      const batcher = new Batcher({ maximum, lanes, run });
      const answers: Promise<number>[] = [];
      for (const calls of turns) {
        for (let call = 0; call < calls; call += 1) answers.push(batcher.submit(answers.length));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await Promise.all(answers)).toEqual(answers.map((_, index) => index * 10));
      expect(batches.flat()).toEqual(answers.map((_, index) => index));
      expect(Math.max(0, ...batches.map(({ length }) => length))).toBeLessThanOrEqual(maximum);
      expect(mostRunning).toBeLessThanOrEqual(lanes);
    }),
  );
});
