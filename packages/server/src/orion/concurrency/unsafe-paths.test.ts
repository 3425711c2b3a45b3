import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql, workspaceStatement } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeFlow, makeRun, makeRunning, makeTaskRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { releaseExpiredLeases } from "./slots.ts";

/*
 * Five ways in which a count of slots that is kept beside its holders goes wrong. Each is walked here on purpose, and each
 * time as many slots must be in use as there are holders.
 */

let server: TestServer;
let flow: string;
let deployment: string;
beforeAll(async () => {
  server = await openTestServer({ environment: { PRAETOR_CONCURRENCY_SLOT_HOLD_SECONDS: "0" } });
});
beforeEach(async () => {
  await orion(sql`truncate orion.concurrency_limit, orion.concurrency_lease, orion.flow cascade`);
  flow = await makeFlow(server);
  deployment = server.deps.ids.random();
  await server.deps.databases.orion
    .workspace(DEFAULT_WORKSPACE_ID)
    .first(makeDeployment, flow, deployment, server.deps.ids.random(), LIMIT);
});
afterAll(() => server.close());

const LIMIT = 2;
const orion = <R>(text: ReturnType<typeof sql>) => server.deps.databases.orion.system.compose<R>(() => text);

const makeDeployment = workspaceStatement<[flow: string, deployment: string, limit: string, slots: number], { id: string }>(
  "test.unsafe-paths.make-deployment",
  `with made as (
    insert into orion.concurrency_limit (workspace_id, id, name, "limit") values ($1, $4, 'shared', $5)
  )
  insert into orion.deployment (workspace_id, id, flow_id, name, concurrency_limit_id)
  values ($1, $3::uuid, $2, 'limited', $4) returning id`,
);

const LIMITS = "/v2/concurrency_limits";
const inUse = async () => bodyOf<{ active_slots: number }>(await server.ask("GET", `${LIMITS}/shared`)).active_slots;
const take = () => server.ask("POST", `${LIMITS}/increment-with-lease`, { names: ["shared"], slots: 1 });
const lease = async () => bodyOf<{ lease_id: string }>(await take()).lease_id;
const renew = (id: string) => server.ask("POST", `${LIMITS}/leases/${id}/renew`, {});
const expire = (id: string) => orion(sql`update orion.concurrency_lease set expiration = clock_timestamp() where id = ${id}`);
const reap = () => releaseExpiredLeases(server.deps.databases.orion, 100);
const end = (id: string, type: string) => setState(server, id, { type });

/** A run of the deployment that holds one of its slots, and its lease. */
async function holdingRun(): Promise<{ id: string; lease: string }> {
  const { id } = await makeRun(server, { flow_id: flow, deployment_id: deployment, state: { type: "SCHEDULED" } });
  const { state } = await setState(server, id, { type: "PENDING" });
  return { id, lease: state?.state_details.deployment_concurrency_lease_id ?? "" };
}

describe("a lease that is found expired", () => {
  it("is not taken from a holder who renewed it in time, though it was due when the reaper looked", async () => {
    const id = await lease();
    const locked = Promise.withResolvers<void>();
    const renewed = Promise.withResolvers<void>();
    // The reaper has its list; before it gets the lock, the holder renews.
    await expire(id);
    await orion(sql`update orion.concurrency_lease set expiration = clock_timestamp() + interval '5 minutes' where id = ${id}`);
    const holding = server.deps.databases.orion.system.transaction(async (tx) => {
      await tx.compose(() => sql`select from orion.concurrency_limit for no key update`);
      locked.resolve();
      await renewed.promise;
    });
    await locked.promise;
    const reaping = server.deps.databases.orion.system.compose<{ count: number }>(
      () => sql`select orion.release_expired_slots(${DEFAULT_WORKSPACE_ID}::uuid, array[${id}::uuid])::int as count`,
    );
    renewed.resolve();
    await holding;
    expect(await reaping).toEqual([{ count: 0 }]);
    expect([await inUse(), (await renew(id)).status]).toEqual([1, 204]);
  });

  it("cannot be renewed by a holder who comes late, so that reaping it later harms nobody", async () => {
    const id = await lease();
    await expire(id);
    expect((await renew(id)).status).toBe(410);
    const others = [await lease(), await lease()];
    await reap();
    expect([others.length, await inUse()]).toEqual([LIMIT, LIMIT]);
  });

  it("frees its slots once, by however many reapers it is found", async () => {
    const ids = [await lease(), await lease()];
    for (const id of ids) await expire(id);
    const others = [await lease(), await lease()];
    await Promise.all([reap(), reap(), reap(), reap()]);
    await server.ask("POST", `${LIMITS}/decrement-with-lease`, { lease_id: ids[0] });
    expect([others.length, await inUse(), (await take()).status]).toEqual([LIMIT, LIMIT, 423]);
  });
});

describe("a run that ends", () => {
  it("gives back nothing when its lease is gone: the slot may be another's by then", async () => {
    const [first, second] = [await holdingRun(), await holdingRun()];
    await expire(first.lease);
    await reap();
    const third = await holdingRun();
    expect(third.lease).not.toBe("");
    await end(first.id, "CRASHED");
    expect([await inUse(), (await take()).status]).toEqual([LIMIT, 423]);
    await end(second.id, "CANCELLED");
    expect(await inUse()).toBe(1);
  });

  it("gives back nothing that it never held", async () => {
    const held = await holdingRun();
    const forced = await makeRun(server, { flow_id: flow, deployment_id: deployment });
    await setState(server, forced.id, { type: "RUNNING" }, true);
    await end(forced.id, "COMPLETED");
    expect(await inUse()).toBe(1);
    await end(held.id, "RUNNING");
    await end(held.id, "COMPLETED");
    expect(await inUse()).toBe(0);
  });

  it("frees its slot once when several say at once that it has ended", async () => {
    const [first, second] = [await holdingRun(), await holdingRun()];
    // All of them read the run while it still held its slot.
    await Promise.all(["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "CRASHED"].map((type) => end(first.id, type)));
    expect(await inUse()).toBe(1);
    const third = await holdingRun();
    await Promise.all(["FAILED", "CANCELLED"].map((type) => end(first.id, type)));
    expect([third.lease === "", second.lease === "", await inUse()]).toEqual([false, false, LIMIT]);
  });
});

describe("a run that is deleted", () => {
  it("frees its slot once, though its lease was about to end", async () => {
    const [first] = [await holdingRun(), await holdingRun()];
    expect((await server.ask("DELETE", `/flow_runs/${first.id}`)).status).toBe(204);
    const third = await holdingRun();
    await expire(first.lease);
    await reap();
    expect([third.lease === "", await inUse(), (await take()).status]).toEqual([false, LIMIT, 423]);
  });

  it.each([
    { how: "with its flow", path: () => `/flows/${flow}` },
    { how: "by its id", path: (id: string) => `/flow_runs/${id}` },
  ])("takes along what its task runs hold, $how", async ({ path }) => {
    await server.ask("POST", "/concurrency_limits/", { tag: "x", concurrency_limit: 1 });
    const parent = await makeRunning(server, { flow_id: flow });
    const task = await makeTaskRun(server, { flow_run_id: parent.id, tags: ["x"] });
    const running = await server.ask("POST", `/task_runs/${task.id}/set_state`, { state: { type: "RUNNING" } });
    expect(running.body).toMatchObject({ status: "ACCEPT" });
    const held = async () =>
      bodyOf<{ active_slots: string[] }>(await server.ask("GET", "/concurrency_limits/tag/x")).active_slots;
    expect(await held()).toEqual([task.id]);
    expect((await server.ask("DELETE", path(parent.id))).status).toBe(204);
    expect(await held()).toEqual([]);
  });
});
