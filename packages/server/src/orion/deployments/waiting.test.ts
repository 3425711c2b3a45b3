import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeRun, type Proposed, readRun } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { systemClock } from "../../testing/system-clock.ts";
import { makePool, poll } from "../work-pools/testing.ts";
import { type DeploymentBody, makeDeployment, readDeploymentBody } from "./testing.ts";

const DUE = "2026-01-01T00:00:00Z" as Timestamp;
/** A run that found no slot is offered again after this. Seconds. */
const WAIT = 30;

/** How far the server's clock is ahead, so that nothing has to be waited for. Seconds. */
let ahead = 0;
let server: TestServer;
beforeAll(async () => {
  const clock = systemClock();
  server = await openTestServer({ clock: { now: () => addSeconds(clock.now(), ahead) } });
});
afterAll(() => server.close());

interface Crowd {
  readonly deployment: DeploymentBody;
  readonly pool: string;
  /** In the order in which they are due. */
  readonly runs: readonly string[];
}

/** Runs of a deployment with so many slots, due a second after each other. */
async function crowd(count: number, slots: number, concurrency_options: object | null = null): Promise<Crowd> {
  const { name: pool } = await makePool(server);
  const limits = { concurrency_limit: slots, concurrency_options };
  const deployment = await makeDeployment(server, { work_pool_name: pool, work_queue_name: "default", ...limits });
  const runs: string[] = [];
  for (let index = 0; index < count; index++) {
    const state = { type: "SCHEDULED", state_details: { scheduled_time: addSeconds(DUE, index) } };
    const placed = { work_pool_name: pool, work_queue_name: "default" };
    const asked = { flow_id: deployment.flow_id, deployment_id: deployment.id, name: `run-${index}`, state, ...placed };
    runs.push((await makeRun(server, asked)).id);
  }
  return { deployment, pool, runs };
}

/** Proposes a state as a worker of the newest client does. */
async function propose(id: string, type: string): Promise<Proposed> {
  const headers = { "user-agent": "prefect/3.8.3 (API 0.8.4)" };
  const answer = await server.ask("POST", `/flow_runs/${id}/set_state`, { state: { type } }, headers);
  return { ...bodyOf<Proposed>(answer), httpStatus: answer.status };
}

/** The ids of what a worker is offered by now, in their order. */
async function offered({ pool, runs }: Crowd): Promise<string[]> {
  const names = await poll(server, pool, { scheduled_before: server.deps.clock.now() });
  return names.map((name) => runs[Number(name.slice("run-".length))] ?? "");
}

const taken = async ({ deployment }: Crowd) =>
  (await readDeploymentBody(server, deployment.id)).global_concurrency_limit?.active_slots;

const end = async (id: string) => {
  await propose(id, "RUNNING");
  await propose(id, "COMPLETED");
};

describe("runs of a deployment that are more than its slots", () => {
  it("wait and run in the order in which they were due, when one worker asks", async () => {
    const all = await crowd(11, 3);
    const begun: string[][] = [];
    while (begun.flat().length < all.runs.length && begun.length < all.runs.length) {
      const accepted: string[] = [];
      for (const id of await offered(all)) if ((await propose(id, "PENDING")).status === "ACCEPT") accepted.push(id);
      expect(await taken(all)).toBe(accepted.length);
      for (const id of accepted) await end(id);
      begun.push(accepted);
      ahead += WAIT;
    }
    expect(begun.map(({ length }) => length)).toEqual([3, 3, 3, 2]);
    expect(begun.flat()).toEqual(all.runs);
    expect(await taken(all)).toBe(0);
  });

  it("all run, each once and never more than there are slots, when many workers ask at the same time", async () => {
    const SLOTS = 4;
    const all = await crowd(24, SLOTS);
    const begun: string[] = [];
    const submit = async () => {
      const verdicts = await Promise.all((await offered(all)).map(async (id) => ({ id, ...(await propose(id, "PENDING")) })));
      return verdicts.flatMap(({ id, status }) => (status === "ACCEPT" ? [id] : []));
    };
    for (let round = 0; round < all.runs.length && begun.length < all.runs.length; round++) {
      const accepted = (await Promise.all([submit(), submit(), submit(), submit(), submit(), submit()])).flat();
      expect(accepted.length).toBeLessThanOrEqual(SLOTS);
      expect(await taken(all)).toBe(accepted.length);
      await Promise.all(accepted.map(end));
      begun.push(...accepted);
      ahead += WAIT;
    }
    expect(begun).toHaveLength(all.runs.length);
    expect(new Set(begun)).toEqual(new Set(all.runs));
    expect(await taken(all)).toBe(0);
    for (const id of all.runs) expect(await readRun(server, id)).toMatchObject({ state_type: "COMPLETED", run_count: 1 });
  });

  it("are cancelled where the deployment wants no queue, and those to come run again when there is a slot", async () => {
    const all = await crowd(5, 2, { collision_strategy: "CANCEL_NEW" });
    const verdicts = await Promise.all((await offered(all)).slice(0, 4).map((id) => propose(id, "PENDING")));
    const ended = (type: string) => verdicts.filter(({ state }) => state?.type === type);
    expect([ended("PENDING").length, ended("CANCELLED").length]).toEqual([2, 2]);
    const [last = ""] = await offered(all);
    for (const [index, { status }] of verdicts.entries()) if (status === "ACCEPT") await end(all.runs[index] ?? "");
    expect(await propose(last, "PENDING")).toMatchObject({ status: "ACCEPT" });
    expect(await offered(all)).toEqual([]);
  });
});

describe("the slot of a run that was submitted", () => {
  const GRACE = 90;
  const graced = (count: number) => crowd(count, 1, { collision_strategy: "ENQUEUE", grace_period_seconds: GRACE });
  const database = () => server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID);

  const secondsLeft = async (id: string) => {
    const rows = await database().compose<{ seconds: number }>(
      (workspace) => sql`
        select extract(epoch from expiration - clock_timestamp())::float8 as seconds from orion.concurrency_lease
        where workspace_id = ${workspace} and holder_id = ${id}`,
    );
    return rows.map(({ seconds }) => seconds);
  };
  /** Lets the grace of a run be over. */
  const outlast = (id: string) =>
    database().compose(
      (workspace) => sql`
        update orion.concurrency_lease set expiration = clock_timestamp()
        where workspace_id = ${workspace} and holder_id = ${id} returning id`,
    );

  it("is kept for the grace period of the deployment, and for as long again when the run begins", async () => {
    const [first = "", second = ""] = (await graced(2)).runs;
    for (const type of ["PENDING", "RUNNING"]) {
      expect(await propose(first, type)).toMatchObject({ status: "ACCEPT" });
      const [left = 0, ...more] = await secondsLeft(first);
      expect(more).toEqual([]);
      expect(left).toBeGreaterThan(GRACE - 30);
      expect(left).toBeLessThanOrEqual(GRACE);
    }
    expect(await propose(second, "PENDING")).toMatchObject({ status: "REJECT", state: { name: "AwaitingConcurrencySlot" } });
  });

  it("is another's when the grace is over, and the run that begins too late is cancelled", async () => {
    const [first = "", second = ""] = (await graced(2)).runs;
    await propose(first, "PENDING");
    await outlast(first);
    expect(await propose(second, "PENDING")).toMatchObject({ status: "ACCEPT" });
    expect(await propose(first, "RUNNING")).toMatchObject({ status: "REJECT", state: { type: "CANCELLED" } });
    expect(await propose(second, "RUNNING")).toMatchObject({ status: "ACCEPT" });
  });

  it("is taken anew by the run that begins too late, when nobody else wanted it", async () => {
    const [first = "", second = ""] = (await graced(2)).runs;
    await propose(first, "PENDING");
    await outlast(first);
    expect(await propose(first, "RUNNING")).toMatchObject({ status: "ACCEPT" });
    expect(await propose(second, "PENDING")).toMatchObject({ status: "REJECT" });
  });
});
