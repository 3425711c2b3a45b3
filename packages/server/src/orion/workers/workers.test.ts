import type { WorkerResponse } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { beat, makePool, readPool, takeEvents } from "../work-pools/testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const workersOf = async (pool: string, body: object = {}) =>
  bodyOf<WorkerResponse[]>(await server.ask("POST", `/work_pools/${pool}/workers/filter`, body));

const age = (name: string, seconds: number) =>
  server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose(
    (workspace) => sql`update orion.worker set last_heartbeat_time = last_heartbeat_time - make_interval(secs => ${seconds})
      where workspace_id = ${workspace} and name = ${name}`,
  );

describe("a worker", () => {
  it("is known from its first heartbeat on, and makes its pool ready once", async () => {
    const { name } = await makePool(server);
    await takeEvents(server);
    await beat(server, name, "first", 20);
    await beat(server, name, "first");
    expect(await takeEvents(server)).toEqual(["prefect.work-pool.ready"]);
    expect(await readPool(server, name)).toMatchObject({ status: "READY" });
    expect(await workersOf(name)).toMatchObject([{ name: "first", status: "ONLINE", heartbeat_interval_seconds: 20 }]);
  });

  it("is offline when three heartbeats are missing, of its own interval or of the usual one", async () => {
    const { name } = await makePool(server);
    for (const [worker, interval] of [
      ["quick", 10],
      ["usual", null],
    ] as const)
      await beat(server, name, worker, interval);
    const statuses = async () => Object.fromEntries((await workersOf(name)).map((worker) => [worker.name, worker.status]));
    await age("quick", 31);
    await age("usual", 85);
    expect(await statuses()).toEqual({ quick: "OFFLINE", usual: "ONLINE" });
    await age("usual", 10);
    expect(await statuses()).toEqual({ quick: "OFFLINE", usual: "OFFLINE" });
  });

  it("is listed by what its filter asks, the latest heard first", async () => {
    const { name } = await makePool(server);
    for (const worker of ["early", "late"]) await beat(server, name, worker);
    await age("early", 60);
    const names = async (workers: object, rest: object = {}) =>
      (await workersOf(name, { workers, ...rest })).map((worker) => worker.name);
    expect(await names({})).toEqual(["late", "early"]);
    expect(await names({ status: { any_: ["ONLINE"] } }, { limit: 1, offset: 1 })).toEqual(["early"]);
    expect(await names({ status: { any_: ["OFFLINE"] } })).toEqual([]);
    expect(await names({ status: { not_any_: ["OFFLINE"] }, last_heartbeat_time: { before_: "2020-01-01T00:00:00Z" } })).toEqual(
      [],
    );
  });

  it("is forgotten when it is deleted", async () => {
    const { name } = await makePool(server);
    await beat(server, name, "gone");
    expect((await server.ask("DELETE", `/work_pools/${name}/workers/gone`)).status).toBe(204);
    const again = await server.ask("DELETE", `/work_pools/${name}/workers/gone`);
    expect(again).toMatchObject({ status: 404, body: { detail: "Worker not found." } });
  });
});
