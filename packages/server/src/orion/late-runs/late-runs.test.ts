import { addSeconds, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeRun, readRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { Orchestrator } from "../orchestrate/index.ts";
import { markLateRuns } from "./index.ts";

const DUE = "2026-03-01T12:00:00Z" as Timestamp;
const AFTER = 15;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const scheduled = (due: string, name = "Scheduled") =>
  makeRun(server, { state: { type: "SCHEDULED", name, state_details: { scheduled_time: due } } });
const pass = (now: Timestamp, deps = server.deps) => markLateRuns(deps, new Orchestrator(server.deps), { now, seconds: AFTER });
const statesOf = async (id: string) =>
  bodyOf<{ name: string }[]>(await server.ask("GET", `/flow_run_states/?flow_run_id=${id}`)).map(({ name }) => name);

describe("marking late runs", () => {
  it("waits for the grace to end, and keeps the time that the run was meant to start", async () => {
    const run = await scheduled(DUE);
    await pass(addSeconds(DUE, AFTER - 1));
    expect((await readRun(server, run.id)).state_name).toBe("Scheduled");
    await pass(addSeconds(DUE, AFTER));
    expect(await readRun(server, run.id)).toMatchObject({
      state_type: "SCHEDULED",
      state_name: "Late",
      next_scheduled_start_time: DUE,
      expected_start_time: DUE,
      state: { state_details: { scheduled_time: DUE } },
    });
  });

  it.each(["AwaitingRetry", "Resuming", "AwaitingConcurrencySlot", "Mine"])("leaves a run alone that is %s", async (name) => {
    const run = await scheduled(DUE, name);
    await pass(addSeconds(DUE, 100));
    expect((await readRun(server, run.id)).state_name).toBe(name);
  });

  it("finds a run once, though two servers look at the same time", async () => {
    const runs = await Promise.all(Array.from({ length: 20 }, () => scheduled(DUE)));
    await Promise.all([pass(addSeconds(DUE, 100)), pass(addSeconds(DUE, 100)), pass(addSeconds(DUE, 100))]);
    for (const { id } of runs) expect(await statesOf(id)).toEqual(["Scheduled", "Late"]);
  });

  it("does nothing to a run that was started between the look and the mark", async () => {
    const run = await scheduled(DUE);
    const orchestrator = new Orchestrator(server.deps);
    const started = new Proxy(orchestrator, {
      get: (target, key) =>
        key === "flowRun"
          ? async (proposal: Parameters<Orchestrator["flowRun"]>[0]) => {
              await setState(server, proposal.runId, { type: "PENDING" });
              return target.flowRun(proposal);
            }
          : Reflect.get(target, key),
    });
    await markLateRuns(server.deps, started, { now: addSeconds(DUE, 100), seconds: AFTER });
    expect(await statesOf(run.id)).toEqual(["Scheduled", "Pending"]);
  });

  it("cancels what a deployment with a full limit and no queue would let pile up", async () => {
    const run = await scheduled(DUE);
    await server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose(
      (workspace) => sql`
        with "limit" as (
          insert into orion.concurrency_limit (workspace_id, id, name, "limit", unleased_slots)
          values (${workspace}::uuid, gen_random_uuid(), 'full', 1, 1) returning id
        ), deployment as (
          insert into orion.deployment (workspace_id, id, flow_id, name, concurrency_limit_id, concurrency_options)
          select ${workspace}::uuid, gen_random_uuid(), ${run.flow_id}::uuid, 'd', id, '{"collision_strategy": "CANCEL_NEW"}' from "limit"
          returning id
        )
        update orion.flow_run set deployment_id = deployment.id from deployment
        where workspace_id = ${workspace} and flow_run.id = ${run.id}`,
    );
    await pass(addSeconds(DUE, 100));
    expect(await readRun(server, run.id)).toMatchObject({
      state_type: "CANCELLED",
      state: { message: "Deployment concurrency limit reached." },
    });
  });

  it("reads only what is to be marked, however many runs were late before", async () => {
    const plan = await server.deps.databases.orion.system.transaction(async (tx) => {
      // A table of a few rows is read faster than its index.
      await tx.compose(() => sql`set local enable_seqscan = off`);
      return tx.compose<{ "QUERY PLAN": string }>(
        () =>
          sql`explain select id from orion.flow_run where unmarked_due <= ${DUE}::timestamptz order by unmarked_due limit 400`,
      );
    });
    expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain("flow_run_unmarked");
  });
});
