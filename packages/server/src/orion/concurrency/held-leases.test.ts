import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { makeRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";

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

describe("who holds a limit", () => {
  it("is listed by the end of their leases, with names where they are known", async () => {
    await make("a", { limit: 9 });
    const run = await makeRun(server, { name: "holds-a" });
    const late = await lease("a", { slots: 2, lease_duration: 600, holder: { type: "flow_run", id: run.id } });
    const soon = await lease("a", { lease_duration: 60 });
    await make("b");
    await lease("b");
    const answer = await post("/a/leases/filter", {});
    expect(answer).toMatchObject({
      status: 200,
      body: [
        { lease_id: soon, slots: 1, holder: null, holder_name: null },
        { lease_id: late, slots: 2, holder: { type: "flow_run", id: run.id }, holder_name: "holds-a" },
      ],
    });
    expect((await post("/a/leases/filter", { limit: 1, offset: 1 })).body).toMatchObject([{ lease_id: late }]);
    expect((await post("/unknown/leases/filter", {})).status).toBe(404);
    expect((await post("/a/leases/filter", { limit: 201 })).status).toBe(422);
  });

  it("can be made to let go, and learns of it when it renews", async () => {
    await make("a");
    const id = await lease("a");
    expect((await server.ask("DELETE", `${LIMITS}/leases/${id}`)).status).toBe(204);
    expect(await inUse("a")).toBe(0);
    expect((await post(`/leases/${id}/renew`, {})).status).toBe(410);
    expect(await server.ask("DELETE", `${LIMITS}/leases/${id}`)).toMatchObject({
      status: 404,
      body: { detail: "Lease not found" },
    });
  });
});

describe("a request that is sent again", () => {
  const again = (names: string[], key: string) =>
    server.ask("POST", `${LIMITS}/increment-with-lease`, { names, slots: 1 }, { "idempotency-key": key });

  it("with its key is given the same answer, and takes nothing more", async () => {
    await make("a", { limit: 2 });
    await make("rate", { limit: 2, slot_decay_per_second: 1e-9 });
    const key = crypto.randomUUID();
    const [first, second, third] = [
      await again(["a", "rate"], key),
      ...(await Promise.all([1, 2].map(() => again(["a", "rate"], key)))),
    ];
    expect(first).toMatchObject({ status: 200, body: { lease_id: key } });
    expect([second?.text, third?.text]).toEqual([first.text, first.text]);
    expect([await inUse("a"), await inUse("rate")]).toEqual([1, 1]);
  });

  it("at once with itself takes once", async () => {
    await make("a", { limit: 9 });
    const key = crypto.randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => again(["a"], key)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await inUse("a")).toBe(1);
  });

  it("after its lease has ended takes anew", async () => {
    await make("a");
    const key = crypto.randomUUID();
    await again(["a"], key);
    await orion(sql`update orion.concurrency_lease set expiration = now() - interval '1 s'`);
    expect(await inUse("a")).toBe(0);
    expect((await again(["a"], key)).status).toBe(200);
    expect(await inUse("a")).toBe(1);
  });

  it("needs a key that is a UUID", async () => {
    expect(await again(["a"], "mine")).toMatchObject({ status: 422, headers: { "x-praetor-error": "idempotency_key_invalid" } });
  });
});
