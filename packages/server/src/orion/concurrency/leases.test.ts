import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_WORKSPACE_ID as WORKSPACE } from "../../platform/tenancy.ts";
import { SlotTest } from "./testing.ts";

const TASK_RUN = "11111111-1111-4111-8111-111111111111";
let test: SlotTest;
beforeAll(async () => {
  test = await SlotTest.open();
});
afterEach(() => test.clear());
afterAll(() => test.close());

describe("leases", () => {
  it("free their slots once, however often they are ended", async () => {
    const id = await test.limit("two", { limit: 2 });
    const [mine, yours] = [await test.acquire([id]), await test.acquire([id])];
    expect([await test.release([mine.lease]), await test.release([mine.lease])]).toEqual([1, 0]);
    expect(await test.inUse(id)).toBe(1);
    expect(await test.release([yours.lease, mine.lease])).toBe(1);
    expect(await test.inUse(id)).toBe(0);
  });

  it("stop counting when they expire, and take nothing from whoever came after", async () => {
    const id = await test.limit("one", { limit: 1 });
    const { lease } = await test.acquire([id]);
    await test.expire(lease);
    expect(await test.inUse(id)).toBe(0);
    expect(await test.acquire([id])).toMatchObject({ acquired: true });
    expect(await test.release([lease])).toBe(1);
    expect(await test.inUse(id)).toBe(1);
  });

  it("are renewed while they live, and not after", async () => {
    const id = await test.limit("one", { limit: 1 });
    const { lease } = await test.acquire([id]);
    expect(await test.renew(lease)).toBe(true);
    await test.expire(lease);
    expect(await test.renew(lease)).toBe(false);
    expect(await test.renew(crypto.randomUUID())).toBe(false);
  });

  it("are not renewed by whoever waited while they expired and the slot went to another", async () => {
    const id = await test.limit("one", { limit: 1 });
    const { lease } = await test.acquire([id]);
    const [taker, renewer] = [await test.another(), await test.another()];
    await taker.query("begin");
    await taker.query("select from orion.concurrency_limit where id = $1 for no key update", [id]);
    const renewing = test.renew(lease, renewer);
    await test.blocked(renewer);
    await test.expire(lease);
    expect(await test.acquire([id], { by: taker })).toMatchObject({ acquired: true });
    await taker.query("commit");
    expect(await renewing).toBe(false);
  });

  it("outlive the limit that they were taken on", async () => {
    const id = await test.limit("one", { limit: 1 });
    const { lease } = await test.acquire([id]);
    await test.client.query("delete from orion.concurrency_limit where id = $1", [id]);
    expect([await test.renew(lease), await test.release([lease])]).toEqual([true, 1]);
  });

  it("teach their limit how long a slot is occupied", async () => {
    const id = await test.limit("two", { limit: 2 });
    const { lease } = await test.acquire([id], { slots: 2 });
    await test.age(lease, 40);
    await test.release([lease]);
    const { rows } = await test.client.query(
      "select avg_slot_occupancy_seconds as average from orion.concurrency_limit where id = $1",
      [id],
    );
    // 20 s for each of two slots; a quarter of the way from the initial average of 2 s, as the limit is 2.
    expect(rows[0].average).toBeCloseTo(2 + (20 - 2) / 4, 1);
  });
});

describe("an operator's number of slots in use", () => {
  it.each([
    { wanted: 0, leased: [], left: 0 },
    { wanted: 2, leased: [2], left: 2 },
    { wanted: 3, leased: [2], left: 3 },
    { wanted: 4, leased: [2, 2], left: 4 },
    { wanted: 9, leased: [2, 2], left: 9 },
  ])("is what is counted then: $wanted", async ({ wanted, leased, left }) => {
    const id = await test.limit("limit", { limit: 10, unleased: 1 });
    const [soon, late] = [await test.acquire([id], { slots: 2 }), await test.acquire([id], { slots: 2 })];
    await test.client.query("update orion.concurrency_lease set expiration = expiration - interval '1 min' where id = $1", [
      soon.lease,
    ]);
    await test.client.query("select orion.set_active_slots($1, $2, $3)", [WORKSPACE, id, wanted]);
    expect(await test.inUse(id)).toBe(left);
    const { rows } = await test.client.query("select slots::int from orion.concurrency_lease where slots > 0");
    expect(rows.map(({ slots }) => slots)).toEqual(leased);
    expect([await test.renew(soon.lease), await test.renew(late.lease)]).toEqual([true, true]);
  });

  it("is replaced by the slots of the named task runs", async () => {
    const id = await test.limit("tag:x", { limit: 10, unleased: 4 });
    const { lease } = await test.acquire([id], { slots: 3 });
    await test.client.query("select orion.reset_slots($1, $2, $3, now() + interval '1 day')", [
      WORKSPACE,
      id,
      [TASK_RUN, crypto.randomUUID()],
    ]);
    expect([await test.inUse(id), await test.renew(lease)]).toEqual([2, false]);
  });
});
