import { array, assert, asyncProperty, constant, double, integer, oneof, record } from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SlotTest } from "./testing.ts";

let test: SlotTest;
beforeAll(async () => {
  test = await SlotTest.open();
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe("slots that decay", () => {
  it("come free one after the other, whoever took them", async () => {
    const id = await test.limit("rate", { limit: 3, decay: 0.5 });
    await test.acquire([id], { slots: 2, leased: false });
    await test.acquire([id]);
    expect(await test.inUse(id)).toBe(3);
    await test.pass(id, 2.1);
    expect(await test.inUse(id)).toBe(2);
    await test.pass(id, 2);
    expect(await test.inUse(id)).toBe(1);
    await test.pass(id, 60);
    expect(await test.inUse(id)).toBe(0);
  });

  it("are given back early by their lease, but never more than surely remain", async () => {
    const id = await test.limit("rate", { limit: 10, decay: 0.1 });
    const [young, old] = [await test.acquire([id], { slots: 2 }), await test.acquire([id], { slots: 2 })];
    await test.age(old.lease, 60);
    await test.release([old.lease]);
    expect(await test.inUse(id)).toBe(4);
    await test.release([young.lease]);
    expect(await test.inUse(id)).toBe(2);
  });

  it("follow the formula of the protocol for every amount, rate and age", async () => {
    const cases = record({
      amount: integer({ min: 0, max: 1000 }),
      rate: oneof(constant(0), double({ min: 1e-9, max: 1e9, noNaN: true }), double({ min: 0.01, max: 10, noNaN: true })),
      age: integer({ min: 0, max: 100_000 }),
    });
    await assert(
      asyncProperty(array(cases, { minLength: 100, maxLength: 100 }), async (rows) => {
        const { rows: found } = await test.client.query<{ slots: string }>(
          `select orion.whole_slots(orion.unleased_slots_at(jsonb_populate_record(null::orion.concurrency_limit, jsonb_build_object(
             'unleased_slots', amount, 'slot_decay_per_second', rate, 'unleased_as_of', '2026-01-01T00:00:00Z')),
             '2026-01-01T00:00:00Z'::timestamptz + age * interval '1 ms')) as slots
           from jsonb_to_recordset($1) as given(amount int, rate double precision, age int)`,
          [JSON.stringify(rows)],
        );
        rows.forEach(({ amount, rate, age }, index) => {
          const gone = (rate * age) / 1000;
          const slots = Number(found[index]?.slots);
          // Either side of the rounding where the product is as good as whole.
          const allowed = [gone - 1e-6, gone, gone + 1e-6].map((lost) => Math.max(0, amount - Math.max(0, Math.floor(lost))));
          expect(allowed, JSON.stringify({ amount, rate, age })).toContain(slots);
        });
      }),
      { numRuns: 10 },
    );
  });
});
