import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databaseNow, sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { makeFlow } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { beat, makePool, poll, readPool, readQueue, takeEvents } from "../work-pools/testing.ts";
import { markDeploymentsServed, markUnserved, markWorkersOffline } from "./index.ts";

const TIMEOUTS = { queue: 60, deployment: 60 };

let server: TestServer;
let now: Timestamp;
beforeAll(async () => {
  server = await openTestServer();
});
beforeEach(async () => {
  now = await databaseNow(server.deps.databases.orion);
  await takeEvents(server);
});
afterAll(() => server.close());

const workspace = () => server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID);

/** A deployment in a queue, or in none. */
async function makeDeployment(queueId: string | null): Promise<string> {
  const flow = await makeFlow(server);
  const [row] = await workspace().compose<{ id: string }>(
    (id) => sql`insert into orion.deployment (workspace_id, id, flow_id, name, work_queue_id)
      select ${id}::uuid as workspace_id, gen_random_uuid(), ${flow}::uuid, 'd', ${queueId}::uuid returning id`,
  );
  return row?.id ?? "";
}

async function statusOf(deployment: string): Promise<unknown> {
  const [row] = await workspace().compose<{ status: string }>(
    (id) => sql`select status from orion.deployment where workspace_id = ${id} and id = ${deployment}`,
  );
  return row?.status;
}

const offline = (at: Timestamp, deps = server.deps) => markWorkersOffline(deps, { now: at, interval: 30, missed: 3 });
const foreman = (at: Timestamp) => markUnserved(server.deps, at, TIMEOUTS);

describe("what is served by nobody any more", () => {
  it("is a worker whose heartbeat is missing three times, and then its pool", async () => {
    const { name } = await makePool(server);
    await beat(server, name);
    await takeEvents(server);
    expect(await offline(addSeconds(now, 60))).toBe(0);
    expect(await offline(addSeconds(now, 100))).toBe(1);
    await foreman(addSeconds(now, 100));
    expect(await readPool(server, name)).toMatchObject({ status: "NOT_READY" });
    expect(await takeEvents(server)).toEqual(["prefect.work-pool.not-ready"]);
    await beat(server, name);
    expect(await readPool(server, name)).toMatchObject({ status: "READY" });
  });

  it("is a queue that was not polled for a minute, told once however many servers look", async () => {
    const pool = await makePool(server);
    await poll(server, pool.name);
    await takeEvents(server);
    await foreman(addSeconds(now, 30));
    expect(await readQueue(server, pool.default_queue_id ?? "")).toMatchObject({ status: "READY" });
    await Promise.all(Array.from({ length: 4 }, () => foreman(addSeconds(now, 70))));
    expect(await readQueue(server, pool.default_queue_id ?? "")).toMatchObject({ status: "NOT_READY" });
    expect(await takeEvents(server)).toEqual(["prefect.work-queue.not-ready"]);
  });

  it("is a deployment whose queue nobody polls; a poll makes it ready again", async () => {
    const pool = await makePool(server);
    const deployment = await makeDeployment(pool.default_queue_id);
    expect(await statusOf(deployment)).toBe("NOT_READY");
    await poll(server, pool.name);
    expect(await statusOf(deployment)).toBe("READY");
    expect(await takeEvents(server, "prefect.deployment.")).toEqual(["prefect.deployment.ready"]);
    await foreman(addSeconds(now, 70));
    expect(await statusOf(deployment)).toBe("NOT_READY");
    expect(await takeEvents(server, "prefect.deployment.")).toEqual(["prefect.deployment.not-ready"]);
    await poll(server, pool.name);
    expect(await statusOf(deployment)).toBe("READY");
  });

  it("is no deployment whose own process asks for its runs", async () => {
    const deployment = await makeDeployment(null);
    await markDeploymentsServed(server.deps, workspace(), [deployment]);
    await markDeploymentsServed(server.deps, workspace(), [deployment]);
    expect(await takeEvents(server, "prefect.deployment.")).toEqual(["prefect.deployment.ready"]);
    await foreman(addSeconds(now, 30));
    expect(await statusOf(deployment)).toBe("READY");
    await foreman(addSeconds(now, 70));
    expect(await statusOf(deployment)).toBe("NOT_READY");
  });

  it("is never a deployment that was never polled", async () => {
    const deployment = await makeDeployment(null);
    await foreman(addSeconds(now, 1000));
    await takeEvents(server);
    await foreman(addSeconds(now, 2000));
    expect([await statusOf(deployment), await takeEvents(server, "prefect.deployment.")]).toEqual(["NOT_READY", []]);
  });
});
