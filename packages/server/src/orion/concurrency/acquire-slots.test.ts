import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SlotTest } from "./testing.ts";

let test: SlotTest;
beforeAll(async () => {
  test = await SlotTest.open();
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe("taking slots", () => {
  it("takes all limits or none", async () => {
    const [wide, narrow] = [await test.limit("wide", { limit: 5 }), await test.limit("narrow", { limit: 1 })];
    expect(await test.acquire([wide, narrow])).toMatchObject({ acquired: true });
    expect(await test.acquire([wide, narrow])).toMatchObject({ acquired: false });
    expect([await test.inUse(wide), await test.inUse(narrow)]).toEqual([1, 1]);
  });

  it("takes nothing beyond the limit, in one request or in several", async () => {
    const id = await test.limit("three", { limit: 3 });
    expect(await test.acquire([id], { slots: 4 })).toMatchObject({ acquired: false });
    expect(await test.acquire([id], { slots: 2 })).toMatchObject({ acquired: true });
    expect(await test.acquire([id], { slots: 2 })).toMatchObject({ acquired: false });
    expect(await test.inUse(id)).toBe(2);
  });

  it("passes over limits that are not active, and writes no lease for them", async () => {
    const id = await test.limit("idle", { limit: 1, active: false });
    expect(await test.acquire([id], { slots: 9 })).toMatchObject({ acquired: true });
    expect(await test.inUse(id)).toBe(0);
  });

  it.each([{ likely: true }, { likely: false }])("serves in turn what there is, likely or not: $likely", async ({ likely }) => {
    const [two, idle] = [await test.limit("two", { limit: 2 }), await test.limit("idle", { limit: 0, active: false })];
    expect(await test.acquireInTurn([two, idle, two, two], likely)).toEqual([true, true, true, false]);
    expect(await test.acquireInTurn([two], likely)).toEqual([false]);
    expect([await test.inUse(two), await test.inUse(idle)]).toEqual([2, 0]);
  });

  it("takes nothing twice when it is likely and another takes the last slot meanwhile", async () => {
    const id = await test.limit("one", { limit: 1 });
    const [taker, other] = [await test.another(), await test.another()];
    await taker.query("begin");
    expect(await test.acquireInTurn([id], true, taker)).toEqual([true]);
    const waiting = test.acquireInTurn([id], true, other);
    await test.blocked(other);
    await taker.query("commit");
    expect(await waiting).toEqual([false]);
    expect(await test.inUse(id)).toBe(1);
  });

  it("refuses a rate limit without decay", async () => {
    const [steady, decaying] = [await test.limit("steady", { limit: 1 }), await test.limit("decaying", { limit: 1, decay: 1 })];
    expect(await test.acquire([steady, decaying], { leased: false, rateLimit: true })).toMatchObject({ acquired: false });
    expect(await test.acquire([decaying], { leased: false, rateLimit: true })).toMatchObject({ acquired: true });
    expect([await test.inUse(steady), await test.inUse(decaying)]).toEqual([0, 1]);
  });

  it("gives the slots of a limit once to a holder that asks to have them once", async () => {
    const [first, second] = [await test.limit("first", { limit: 1 }), await test.limit("second", { limit: 1 })];
    const holder = crypto.randomUUID();
    await test.acquire([first], { once: true, holder });
    expect(await test.acquire([first, second], { once: true, holder })).toMatchObject({ acquired: true });
    expect(await test.acquire([first, second], { once: true })).toMatchObject({ acquired: false });
    expect([await test.inUse(first), await test.inUse(second)]).toEqual([1, 1]);
  });

  it("lets exactly as many of fifty connections in as there are slots", async () => {
    const [id, other] = [await test.limit("five", { limit: 5 }), await test.limit("fifty", { limit: 50 })];
    const crowd = await Promise.all(Array.from({ length: 50 }, () => test.another()));
    const answers = await Promise.all(
      crowd.map((by, index) => test.acquire(index % 2 === 0 ? [id, other] : [other, id], { by })),
    );
    expect(answers.filter(({ acquired }) => acquired)).toHaveLength(5);
    expect([await test.inUse(id), await test.inUse(other)]).toEqual([5, 5]);
  });

  it("never lets more in than there are slots while others come and go", async () => {
    const id = await test.limit("three", { limit: 3 });
    const crowd = await Promise.all(Array.from({ length: 12 }, () => test.another()));
    const seen = await Promise.all(
      crowd.map(async (by) => {
        const counts: number[] = [];
        for (let turn = 0; turn < 20; turn++) {
          const { lease, acquired } = await test.acquire([id], { by });
          if (!acquired) continue;
          counts.push(await test.inUse(id, by));
          await test.release([lease], by);
        }
        return counts;
      }),
    );
    expect(Math.max(...seen.flat())).toBeLessThanOrEqual(3);
    expect(seen.flat().length).toBeGreaterThanOrEqual(20);
    expect(await test.inUse(id)).toBe(0);
  });

  it("counts what was committed while it waited for the limit", async () => {
    const id = await test.limit("one", { limit: 1 });
    const [first, second] = [await test.another(), await test.another()];
    await first.query("begin");
    await test.acquire([id], { by: first });
    const waiting = test.acquire([id], { by: second });
    await test.blocked(second);
    await first.query("commit");
    expect(await waiting).toMatchObject({ acquired: false });
  });
});
