import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { makeRunning, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { makeWaiting } from "../work-pools/testing.ts";
import { changeRows, makeWaitingRun, readWhy } from "./testing.ts";

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const why = (id: string) => readWhy(server, id);
const causeOf = async (id: string) => {
  const { cause, answer } = await why(id);
  return [cause, answer];
};
const change = (build: (workspace: Fragment) => Fragment) => changeRows(server, build);
const waiting = () => makeWaitingRun(server, {});
const patchPool = (name: string, body: object) => server.ask("PATCH", `/work_pools/${name}`, body);
const patchQueue = (id: string, body: object) => server.ask("PATCH", `/work_queues/${id}`, body);

describe("a run that waits for a slot", () => {
  it("finds the slots of its queue, or of its pool, taken, and is told by whom", async () => {
    const { run, pool, queue, flow_id } = await waiting();
    const holder = await makeWaiting(server, pool.name, "default", "2025-01-01T00:00:00Z", { flow_id, name: "holder" });
    await setState(server, holder.id, { type: "PENDING" });
    await patchQueue(queue, { concurrency_limit: 1 });
    const told = await why(run.id);
    expect(told).toMatchObject({
      cause: "queue_limit_full",
      answer: "The only slot of work queue 'default' is taken ('holder').",
      remedy: expect.stringContaining(`prefect work-queue set-concurrency-limit 'default' 2 --pool '${pool.name}'`),
    });
    const limit = told.steps.find(({ subject }) => subject === "work queue limit");
    expect(limit).toMatchObject({ ok: false, evidence: { limit: 1, taken: 1, held_by: [{ id: holder.id, name: "holder" }] } });
    await patchQueue(queue, { concurrency_limit: 2 });
    await patchPool(pool.name, { concurrency_limit: 1 });
    expect(await causeOf(run.id)).toEqual(["pool_limit_full", `The only slot of work pool '${pool.name}' is taken ('holder').`]);
    await patchPool(pool.name, { concurrency_limit: 0 });
    expect((await why(run.id)).answer).toBe(`The concurrency limit of work pool '${pool.name}' is 0.`);
  });

  it("finds the slots of its deployment taken, and until when they are", async () => {
    const { run, deployment, flow_id } = await waiting();
    const holder = await makeRunning(server, { flow_id, name: "holder" });
    const [limit] = await change(
      (workspace) => sql`
        with "limit" as (
          insert into orion.concurrency_limit (workspace_id, id, name, "limit")
          values (${workspace}::uuid, gen_random_uuid(), ${`deployment:${deployment}`}, 1) returning id
        ), held as (
          insert into orion.concurrency_lease (workspace_id, id, limit_id, expiration, holder_type, holder_id, slots)
          select ${workspace}::uuid, gen_random_uuid(), id, now() + interval '5 minutes', 'flow_run', ${holder.id}::uuid, 1 from "limit"
        )
        update orion.deployment set concurrency_limit_id = "limit".id from "limit"
        where workspace_id = ${workspace} and deployment.id = ${deployment} returning "limit".id`,
    );
    const told = await why(run.id);
    expect(told).toMatchObject({
      cause: "deployment_limit_full",
      answer: "The only slot of deployment 'nightly' is taken ('holder').",
    });
    const link = told.steps.find(({ subject }) => subject === "deployment limit");
    expect(link?.evidence).toMatchObject({ held_by: [{ id: holder.id, until: expect.any(String) }] });
    await server.ask("PATCH", `/v2/concurrency_limits/${limit?.id}`, { limit: 0 });
    expect((await causeOf(run.id))[0]).toBe("deployment_limit_zero");
  });
});
