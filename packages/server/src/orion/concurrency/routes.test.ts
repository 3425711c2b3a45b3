import type { JsonText } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { runOnce } from "../../services/lease-expiry.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

const HOLDER = { type: "task_run", id: "11111111-1111-4111-8111-111111111111" };
const UNKNOWN = "99999999-9999-4999-8999-999999999999";
const LIMITS = "/v2/concurrency_limits";

let server: TestServer;
beforeAll(async () => {
  // Whoever finds no slot is not held here, so that what is said to those who are sent away can be seen.
  server = await openTestServer({ environment: { PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0" } });
});
beforeEach(() => orion(sql`truncate orion.concurrency_limit, orion.concurrency_lease cascade`));
afterAll(() => server.close());

const orion = <R>(statement: ReturnType<typeof sql>) => server.deps.databases.orion.system.compose<R>(() => statement);
const post = (path: string, body?: object) => server.ask("POST", `${LIMITS}${path}`, body);
const make = async (name: string, more: object = {}) =>
  (await post("/", { name, limit: 1, ...more })).body as { id: string; name: string; limit: number };
const inUse = async (name: string) =>
  ((await server.ask("GET", `${LIMITS}/${name}`)).body as { active_slots: number }).active_slots;
async function lease(name: string, more: object = {}): Promise<string> {
  const answer = await post("/increment-with-lease", { names: [name], slots: 1, ...more });
  expect(answer.status).toBe(200);
  return (answer.body as { lease_id: string }).lease_id;
}

describe("a global limit", () => {
  it("is created with its defaults", async () => {
    const answer = await post("/", { name: "database", limit: 3, active_slots: 2 });
    expect(answer).toMatchObject({
      status: 201,
      body: { active: true, name: "database", limit: 3, active_slots: 2, denied_slots: 0, avg_slot_occupancy_seconds: 2 },
    });
    expect(answer.text).toContain('"slot_decay_per_second":0.0,"avg_slot_occupancy_seconds":2.0');
  });

  it("is read by id and by name, changed and deleted", async () => {
    const { id } = await make("database");
    expect(
      (await server.ask("PATCH", `${LIMITS}/database`, { limit: 9, active: false, slot_decay_per_second: 0.5 })).status,
    ).toBe(204);
    const read = await server.ask("GET", `${LIMITS}/${id}`);
    expect(read.body).toMatchObject({
      id,
      name: "database",
      limit: 9,
      active: false,
      active_slots: 0,
      slot_decay_per_second: 0.5,
    });
    expect(read.body).not.toHaveProperty("denied_slots");
    expect((await server.ask("PATCH", `${LIMITS}/${id}`, {})).status).toBe(204);
    expect((await server.ask("DELETE", `${LIMITS}/${id}`)).status).toBe(204);
    for (const key of [id, "database"]) {
      expect(await server.ask("GET", `${LIMITS}/${key}`)).toMatchObject({
        status: 404,
        body: { detail: "Concurrency Limit not found" },
      });
    }
  });

  it("has a name of its own, and cannot lose what it is made of", async () => {
    await make("one");
    await make("other");
    expect((await post("/", { name: "one", limit: 1 })).status).toBe(409);
    expect((await server.ask("PATCH", `${LIMITS}/one`, { name: "other" })).status).toBe(409);
    expect((await server.ask("PATCH", `${LIMITS}/one`, { limit: null })).status).toBe(409);
  });

  it.each([
    { body: { name: "a/b", limit: 1 }, type: "string_pattern_mismatch" },
    { body: { name: "", limit: 1 }, type: "string_pattern_mismatch" },
    { body: { name: "a", limit: -1 }, type: "greater_than_equal" },
    { body: { name: "a", limit: 1.5 }, type: "int_from_float" },
    { body: { name: "a", limit: 1, avg_slot_occupancy_seconds: 1 }, type: "extra_forbidden" },
    { body: { name: "a", limit: 1, slot_decay_per_second: 1e300 }, type: "value_error" },
  ])("is refused with $type", async ({ body, type }) => {
    expect(await post("/", body)).toMatchObject({ status: 422, body: { exception_detail: [{ type }] } });
  });

  it("lets an operator say how many slots are in use", async () => {
    await make("database", { limit: 5 });
    await lease("database");
    expect((await server.ask("PATCH", `${LIMITS}/database`, { active_slots: 4 })).status).toBe(204);
    expect(await inUse("database")).toBe(4);
    await server.ask("PATCH", `${LIMITS}/database`, { active_slots: 0 });
    expect(await inUse("database")).toBe(0);
  });

  it("is listed by name", async () => {
    for (const name of ["b", "c", "a"]) await make(name);
    const names = async (body?: object) => ((await post("/filter", body)).body as { name: string }[]).map(({ name }) => name);
    expect(await names()).toEqual(["a", "b", "c"]);
    expect(await names({ limit: 1, offset: 1 })).toEqual(["b"]);
    expect((await post("/filter", { limit: 201 })).status).toBe(422);
  });

  it("tells its story in events", async () => {
    await orion(sql`delete from orion.outbox`);
    const { id } = await make("told");
    await server.ask("PATCH", `${LIMITS}/told`, { limit: 2 });
    await server.ask("DELETE", `${LIMITS}/told`);
    const rows = await orion<{ event: JsonText }>(sql`select event from orion.outbox order by position`);
    const told = (limit: number) => ({ name: "told", limit, active: true, slot_decay_per_second: 0 });
    expect(rows.map(({ event }) => event.value())).toMatchObject([
      {
        event: "prefect.concurrency-limit.created",
        resource: { "prefect.resource.id": `prefect.concurrency-limit.${id}` },
        payload: told(1),
      },
      { event: "prefect.concurrency-limit.updated", payload: told(2) },
      { event: "prefect.concurrency-limit.deleted", payload: told(2) },
    ]);
  });
});

describe("taking slots", () => {
  it("answers the limits that there are", async () => {
    const { id } = await make("a", { limit: 2 });
    const limits = [{ id, name: "a", limit: 2 }];
    expect(await post("/increment", { names: ["a", "a", "unknown"], slots: 1 })).toMatchObject({ status: 200, body: limits });
    expect(await post("/increment-with-lease", { names: ["a"], slots: 1, holder: HOLDER })).toMatchObject({
      status: 200,
      body: { limits },
    });
    expect(await inUse("a")).toBe(2);
    expect((await post("/increment", { names: ["unknown"], slots: 1 })).body).toEqual([]);
  });

  it("is locked when there are none left, and says when to come again", async () => {
    await make("a", { limit: 2, active_slots: 2 });
    for (const path of ["/increment", "/increment-with-lease"]) {
      const answer = await post(path, { names: ["a"], slots: 1 });
      expect(answer).toMatchObject({ status: 423, body: { detail: "Locked" } });
      // An average of 2 s for one of two slots, with the bounds of the clamped distribution.
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0.5);
      expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(1.3);
    }
  });

  it("says after the rate of its decay when to come again", async () => {
    await make("rate", { limit: 4, slot_decay_per_second: 0.5, active_slots: 4 });
    const answer = await post("/increment", { names: ["rate"], slots: 4, mode: "rate_limit" });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(4);
    expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(8 * 1.3);
  });

  it.each([
    { body: { names: ["a", "b"], slots: 2 }, text: "Slots requested is greater than the limit" },
    {
      body: { names: ["b", "a"], slots: 1, mode: "rate_limit" },
      text: "Only concurrency limits with slot decay can be used for rate limiting. The following limits do not have a decay configured: 'a,b'",
    },
  ])("is refused: $text", async ({ body, text }) => {
    await make("a");
    await make("b", { limit: 5 });
    expect(await post("/increment", body)).toMatchObject({ status: 422, body: { detail: text } });
    expect([await inUse("a"), await inUse("b")]).toEqual([0, 0]);
  });

  it.each([
    { path: "/increment", body: { names: ["a"], slots: 0 }, type: "greater_than" },
    { path: "/increment", body: { names: ["a"], slots: 1, mode: "x" }, type: "literal_error" },
    { path: "/increment-with-lease", body: { names: ["a"], slots: 1, lease_duration: 59 }, type: "greater_than_equal" },
    { path: "/increment-with-lease", body: { names: ["a"], slots: 1, holder: { ...HOLDER, more: 1 } }, type: "extra_forbidden" },
    { path: "/decrement", body: { names: ["a"], slots: 1, occupancy_seconds: 0 }, type: "greater_than" },
    { path: "/decrement-with-lease", body: {}, type: "missing" },
    { path: `/leases/${UNKNOWN}/renew`, body: { lease_duration: 86401 }, type: "less_than_equal" },
    { path: "/leases/zzz/renew", body: {}, type: "uuid_parsing" },
  ])("refuses $body at $path with $type", async ({ path, body, type }) => {
    expect(await post(path, body)).toMatchObject({ status: 422, body: { exception_detail: [{ type }] } });
  });

  it("passes over limits that are not active, and lists them", async () => {
    const { id } = await make("a", { active: false });
    expect((await post("/increment", { names: ["a"], slots: 9 })).body).toEqual([{ id, name: "a", limit: 1 }]);
    expect(await inUse("a")).toBe(0);
  });
});

describe("giving slots back", () => {
  it("without a lease leaves those of leases alone", async () => {
    const { id } = await make("a", { limit: 5 });
    await lease("a");
    await post("/increment", { names: ["a"], slots: 2 });
    expect((await post("/decrement", { names: ["a", "unknown"], slots: 1 })).body).toEqual([{ id, name: "a", limit: 5 }]);
    expect(await inUse("a")).toBe(2);
    await post("/decrement", { names: ["a"], slots: 9 });
    expect(await inUse("a")).toBe(1);
  });

  it("teaches the limit how long they were occupied", async () => {
    await make("a", { active_slots: 1 });
    await post("/decrement", { names: ["a"], slots: 1, occupancy_seconds: 10 });
    const [row] = await orion<{ average: number }>(
      sql`select avg_slot_occupancy_seconds as average from orion.concurrency_limit`,
    );
    expect(row?.average).toBe(6);
  });

  it("by a lease works once, and never complains", async () => {
    await make("a", { limit: 2 });
    const mine = await lease("a");
    await lease("a");
    for (const id of [mine, mine, UNKNOWN]) expect((await post("/decrement-with-lease", { lease_id: id })).status).toBe(204);
    expect(await inUse("a")).toBe(1);
  });
});

describe("a lease", () => {
  it("is renewed until it is gone", async () => {
    await make("a");
    const id = await lease("a");
    expect((await post(`/leases/${id}/renew`, { lease_duration: 60 })).status).toBe(204);
    expect((await post(`/leases/${id}/renew`)).status).toBe(204);
    await post("/decrement-with-lease", { lease_id: id });
    expect(await post(`/leases/${id}/renew`, {})).toMatchObject({
      status: 410,
      body: { detail: "Lease not found - it may have expired or been revoked" },
    });
  });

  it("on nothing is not stored, and behaves as one that is", async () => {
    await make("idle", { active: false });
    for (const name of ["unknown", "idle"]) {
      const id = await lease(name);
      expect((await post(`/leases/${id}/renew`, {})).status).toBe(204);
      expect((await post("/decrement-with-lease", { lease_id: id })).status).toBe(204);
    }
    expect(await orion(sql`select from orion.concurrency_lease`)).toHaveLength(0);
  });

  it("that expired is removed in batches, without effect on the slots", async () => {
    await make("a", { limit: 9 });
    for (let index = 0; index < 5; index++) await lease("a");
    await orion(sql`update orion.concurrency_lease set expiration = now() - interval '1 s'`);
    await lease("a");
    expect(await inUse("a")).toBe(1);
    const passes = [await runOnce(server.deps, 2), await runOnce(server.deps, 2), await runOnce(server.deps, 2)];
    expect(passes).toEqual([true, true, false]);
    expect(await inUse("a")).toBe(1);
    const rows = await orion<{ workspace_id: string }>(sql`select workspace_id from orion.concurrency_lease`);
    expect(rows).toEqual([{ workspace_id: DEFAULT_WORKSPACE_ID }]);
  });
});
