import { addSeconds } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { bodyOf, makeRun, makeRunning, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { beat, makeQueue, makeWaiting, poll } from "../work-pools/testing.ts";
import { changeRows, makeWaitingRun, PAST, readWhy, type Told, type Waiting } from "./testing.ts";

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
const waiting = (rest: Waiting = {}) => makeWaitingRun(server, rest);
const patchPool = (name: string, body: object) => server.ask("PATCH", `/work_pools/${name}`, body);
const patchQueue = (id: string, body: object) => server.ask("PATCH", `/work_queues/${id}`, body);

describe("a run that nothing keeps", () => {
  it("is taken with the next poll, and every link of the chain says that it is well", async () => {
    const { run, pool } = await waiting();
    const told = await why(run.id);
    expect(told).toMatchObject({ cause: "next_poll", remedy: null, name: run.name, due: PAST });
    expect(told.answer).toMatch(/^Nothing keeps this run, which has been due for \d+ d \d+ h: the next poll takes it\.$/);
    expect(told.late_by).toBeGreaterThan(86_400);
    expect(told.steps.map(({ subject, ok }) => [subject, ok])).toEqual(
      ["state", "deployment", "work queue", "work pool", "workers", "clock"].map((subject) => [subject, true]),
    );
    expect(told.steps[3]?.evidence).toMatchObject({ name: pool.name, type: "process", paused: false });
  });

  it("waits behind those that are due before it", async () => {
    const { run, pool, flow_id } = await waiting();
    await makeWaiting(server, pool.name, "default", "2025-01-01T00:00:00Z", { flow_id });
    expect(await causeOf(run.id)).toEqual([
      "runs_ahead",
      "1 run of work queue 'default' is due before this one; it is submitted first.",
    ]);
  });
});

describe("a run that does not wait for anybody", () => {
  const running = () => makeRunning(server);
  it.each([
    ["ended", { type: "COMPLETED" }, /^The run has ended: it has been Completed for/],
    ["cancelling", { type: "CANCELLING" }, /^The run has been cancelling for .*: its process is being ended\.$/],
    ["paused", { type: "PAUSED", state_details: { pause_timeout: "2999-01-01T00:00:00Z" } }, /unless it is resumed within/],
    ["suspended", { type: "PAUSED", state_details: { pause_reschedule: true } }, /^The run has been suspended for/],
    ["running", { type: "RUNNING" }, /^The run has been running for/],
    ["submitted", { type: "PENDING" }, /^The run was submitted and has waited for its infrastructure for/],
  ])("is %s", async (cause, state, said) => {
    const run = await running();
    await setState(server, run.id, state, true);
    expect(await causeOf(run.id)).toEqual([cause, expect.stringMatching(said)]);
  });

  it.each([
    ["not_due", "Scheduled", /^The run is not late: it is due in \d+ d/],
    ["awaiting_slot", "AwaitingConcurrencySlot", /^The concurrency limit of the run's deployment was full; it asks again in/],
    ["awaiting_retry", "AwaitingRetry", /^The run is retried in/],
  ])("is %s", async (cause, name, said) => {
    const run = await makeRun(server, {
      state: { type: "SCHEDULED", name, state_details: { scheduled_time: "2999-01-01T00:00:00Z" } },
    });
    expect(await causeOf(run.id)).toEqual([cause, expect.stringMatching(said)]);
  });

  it("waits in its own process for its retry", async () => {
    const run = await makeRun(server, { state: { type: "SCHEDULED", name: "AwaitingRetry" } });
    await server.ask("PATCH", `/flow_runs/${run.id}`, { empirical_policy: { retry_type: "in_process" } });
    expect(await causeOf(run.id)).toEqual(["awaiting_retry_in_process", expect.stringContaining("in its own process")]);
  });

  it("was submitted by a worker that is gone", async () => {
    const { run, pool } = await waiting();
    await setState(server, run.id, { type: "PENDING" });
    await server.ask("PATCH", `/flow_runs/${run.id}/labels`, { "prefect.worker.name": "w" });
    expect((await causeOf(run.id))[0]).toBe("submitted");
    await change(
      (workspace) =>
        sql`update orion.worker set status = 'OFFLINE' where workspace_id = ${workspace} and work_pool_id = ${pool.id}`,
    );
    expect(await causeOf(run.id)).toEqual([
      "submitted_worker_gone",
      expect.stringMatching(/^The run was submitted by worker 'w', which is offline, and has not begun/),
    ]);
  });
});

describe("a run that waits", () => {
  it("has no deployment: only its own process starts it", async () => {
    const run = await makeRun(server, { state: { type: "SCHEDULED", state_details: { scheduled_time: PAST } } });
    expect((await causeOf(run.id))[0]).toBe("no_deployment");
  });

  it("is of a deployment that was deleted", async () => {
    const { run, deployment } = await waiting();
    await change((workspace) => sql`delete from orion.deployment where workspace_id = ${workspace} and id = ${deployment}`);
    expect(await causeOf(run.id)).toEqual(["deployment_deleted", "The run's deployment was deleted."]);
  });

  it("is of a deployment in no pool, which a process must serve", async () => {
    const { deployment, flow_id } = await waiting();
    const run = await makeRun(server, {
      flow_id,
      deployment_id: deployment,
      state: { type: "SCHEDULED", state_details: { scheduled_time: PAST } },
    });
    const polled = (value: Fragment) =>
      change(
        (workspace) => sql`update orion.deployment set last_polled = ${value}, work_queue_id = null
        where workspace_id = ${workspace} and id = ${deployment}`,
      );
    await polled(sql`null`);
    expect(await causeOf(run.id)).toEqual([
      "deployment_never_served",
      "No process has ever asked for runs of deployment 'nightly', which is in no work pool.",
    ]);
    await polled(sql`now() - interval '10 minutes'`);
    expect(await causeOf(run.id)).toEqual([
      "deployment_not_served",
      expect.stringMatching(/^No process has asked for runs of deployment 'nightly' for 10 min/),
    ]);
    await polled(sql`now()`);
    expect((await causeOf(run.id))[0]).toBe("next_poll");
  });

  it("is in a queue that was deleted", async () => {
    const { pool, flow_id, deployment } = await waiting();
    const queue = await makeQueue(server, pool.name, { name: "gone" });
    const run = await makeWaiting(server, pool.name, "gone", PAST, { flow_id, deployment_id: deployment });
    await server.ask("DELETE", `/work_queues/${queue.id}`);
    expect(await causeOf(run.id)).toEqual(["queue_deleted", "The work queue of this run, 'gone', was deleted."]);
  });

  it("is in a pool that no worker serves by its type", async () => {
    const { run } = await waiting({ pool: { type: "prefect-agent" } });
    expect((await causeOf(run.id))[0]).toBe("pool_without_workers");
  });

  it("is in a pool, or in a queue, that is paused; and is told how to go on", async () => {
    const { run, pool, queue } = await waiting();
    await patchPool(pool.name, { is_paused: true });
    expect(await why(run.id)).toMatchObject({
      cause: "pool_paused",
      answer: `Work pool '${pool.name}' is paused.`,
      remedy: `prefect work-pool resume '${pool.name}'`,
    });
    await patchPool(pool.name, { is_paused: false });
    await patchQueue(queue, { is_paused: true });
    expect(await why(run.id)).toMatchObject({ cause: "queue_paused", answer: "Work queue 'default' is paused." });
  });

  it("is in a pool that no worker has served ever, or for a while", async () => {
    const { run, pool } = await waiting({ served: false });
    expect(await causeOf(run.id)).toEqual(["no_worker_ever", `No worker has ever served work pool '${pool.name}'.`]);
    await beat(server, pool.name, "gone");
    await change(
      (workspace) => sql`update orion.worker set status = 'OFFLINE', last_heartbeat_time = now() - interval '2 hours'
        where workspace_id = ${workspace} and work_pool_id = ${pool.id}`,
    );
    expect(await why(run.id)).toMatchObject({
      cause: "no_worker_online",
      answer: `No worker of work pool '${pool.name}' is online: the last, 'gone', was heard 2 h ago.`,
      remedy: `prefect worker start --pool '${pool.name}'`,
    });
  });

  it("is in a pool whose workers are of another type", async () => {
    const { run, pool } = await waiting();
    await change(
      (workspace) => sql`update orion.worker set type = 'docker' where workspace_id = ${workspace} and work_pool_id = ${pool.id}`,
    );
    expect(await why(run.id)).toMatchObject({
      cause: "worker_type_mismatch",
      answer: `A worker that serves work pool '${pool.name}' is not of the pool's type, 'process'.`,
      remedy: expect.stringContaining("--type process"),
    });
  });

  it("is in a queue that the workers of its pool do not ask", async () => {
    const { pool, flow_id, deployment } = await waiting();
    await makeQueue(server, pool.name, { name: "other" });
    const run = await makeWaiting(server, pool.name, "other", PAST, { flow_id, deployment_id: deployment });
    expect(await why(run.id)).toMatchObject({
      cause: "queue_not_polled",
      answer: `Workers of work pool '${pool.name}' are online, but none has ever asked for runs of work queue 'other'.`,
    });
    await change(
      (workspace) => sql`update orion.work_queue set last_polled = now() - interval '5 minutes'
      where workspace_id = ${workspace} and name = 'other' and work_pool_id = ${pool.id}`,
    );
    expect((await why(run.id)).answer).toContain("none has asked for 5 min");
  });

  it("is asked for by a worker whose clock is behind", async () => {
    const { run, pool } = await waiting({ served: false });
    await beat(server, pool.name, "w");
    await poll(server, pool.name, { scheduled_before: "2025-12-31T00:00:00Z" });
    expect(await causeOf(run.id)).toEqual([
      "worker_clock_behind",
      expect.stringMatching(/^The clock of the worker that asks for runs of work queue 'default' is at least \d+ d/),
    ]);
  });

  it("is made by a schedule that is inactive or gone, and runs all the same", async () => {
    const { run, deployment } = await waiting();
    const schedule = server.deps.ids.random();
    await change(
      (workspace) => sql`update orion.flow_run set created_by = jsonb_build_object('id', ${schedule}::text, 'type', 'SCHEDULE')
        where workspace_id = ${workspace} and id = ${run.id}`,
    );
    const finding = async () => (await why(run.id)).steps.find(({ subject }) => subject === "schedule");
    expect(await finding()).toMatchObject({ ok: false, finding: "The schedule that made this run is gone; the run is not." });
    await change(
      (workspace) => sql`insert into orion.deployment_schedule (workspace_id, id, deployment_id, schedule, active)
        select ${workspace}::uuid as workspace_id, ${schedule}::uuid, ${deployment}::uuid, '{"cron": "0 0 * * *"}', false`,
    );
    expect(await finding()).toMatchObject({ ok: false, finding: expect.stringContaining("is inactive") });
    await change(
      (workspace) =>
        sql`update orion.deployment_schedule set active = true where workspace_id = ${workspace} and id = ${schedule}`,
    );
    expect(await finding()).toMatchObject({ ok: true });
    await change(
      (workspace) => sql`update orion.deployment set paused = true where workspace_id = ${workspace} and id = ${deployment}`,
    );
    const told = await why(run.id);
    expect([told.cause, told.steps.find(({ subject }) => subject === "deployment")?.ok]).toEqual(["next_poll", false]);
  });

  it("is told when the server's own clock is off", async () => {
    const { run } = await waiting();
    const late = await openTestServer({ clock: { now: () => addSeconds(server.deps.clock.now(), 600) } });
    const other = await makeRun(late, { state: { type: "SCHEDULED", state_details: { scheduled_time: PAST } } });
    const told = bodyOf<Told>(await late.ask("GET", `/flow_runs/${other.id}/why`));
    expect(told.steps.find(({ subject }) => subject === "clock")).toMatchObject({
      ok: false,
      finding: expect.stringMatching(/^The server's clock is (9 min|10 min).* ahead of the database's\.$/),
    });
    await late.close();
    expect((await causeOf(run.id))[0]).toBe("next_poll");
  });
});

it("nobody knows why a run is late that is not there", async () => {
  const answer = await server.ask("GET", "/flow_runs/99999999-9999-4999-8999-999999999999/why");
  expect(answer).toMatchObject({ status: 404, body: { detail: "Flow run not found" } });
});
