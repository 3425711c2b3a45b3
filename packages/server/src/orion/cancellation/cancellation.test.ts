import { addSeconds, type TaskRun, type Timestamp } from "@praetor/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseNow, sql } from "../../platform/database/index.ts";
import { bodyOf, makeRun, makeRunning, makeTaskRun, readRun, setState } from "../../testing/runs.ts";
import { openTestServer, type TestServer } from "../../testing/server.ts";
import { Orchestrator } from "../orchestrate/index.ts";
import { endStuckCancelling, sweepCancelled } from "./index.ts";

const TIMEOUT = 300;

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const soon = async (seconds: number): Promise<Timestamp> => addSeconds(await databaseNow(server.deps.databases.orion), seconds);
const stuck = (now: Timestamp) => endStuckCancelling(server.deps, new Orchestrator(server.deps), { now, seconds: TIMEOUT });
const sweep = (now: Timestamp) => sweepCancelled(server.deps, new Orchestrator(server.deps), now);
const taskOf = async (id: string) => bodyOf<TaskRun>(await server.ask("GET", `/task_runs/${id}`));
const historyOf = async (id: string) =>
  bodyOf<{ type: string }[]>(await server.ask("GET", `/flow_run_states/?flow_run_id=${id}`)).map(({ type }) => type);

async function cancelled() {
  const run = await makeRunning(server);
  const running = await makeTaskRun(server, { flow_run_id: run.id, state: { type: "RUNNING" } });
  const completed = await makeTaskRun(server, { flow_run_id: run.id, state: { type: "COMPLETED" } });
  return { run, running, completed, cancel: () => setState(server, run.id, { type: "CANCELLED" }, true) };
}

const unswept = async () => {
  const rows = await server.deps.databases.orion.system.compose<{ count: number }>(
    () => sql`select count(*) as count from orion.flow_run where unswept_since is not null`,
  );
  return rows[0]?.count;
};

describe("a run that is being cancelled", () => {
  it("is cancelled when nobody reports its end in time, once however many servers look", async () => {
    const run = await makeRunning(server);
    await setState(server, run.id, { type: "CANCELLING" });
    await stuck(await soon(TIMEOUT - 5));
    expect((await readRun(server, run.id)).state_type).toBe("CANCELLING");
    const now = await soon(TIMEOUT + 5);
    await Promise.all([stuck(now), stuck(now)]);
    expect(await readRun(server, run.id)).toMatchObject({
      state_type: "CANCELLED",
      state: { message: "Flow run cancellation timed out; marked this flow run as Cancelled." },
    });
    expect(await historyOf(run.id)).toEqual(["PENDING", "RUNNING", "CANCELLING", "CANCELLED"]);
  });
});

describe("what a cancelled run leaves", () => {
  it("is ended: its task runs that have not, and no others", async () => {
    const { running, completed, cancel } = await cancelled();
    await sweep(await soon(0));
    expect((await taskOf(running.id)).state_type).toBe("RUNNING");
    await cancel();
    await Promise.all([sweep(await soon(0)), sweep(await soon(0))]);
    expect(await taskOf(running.id)).toMatchObject({
      state_type: "CANCELLED",
      state: { message: "The parent flow run was cancelled." },
    });
    expect((await taskOf(completed.id)).state_type).toBe("COMPLETED");
  });

  it("is ended: subflows, those with a deployment through their own process, and theirs in turn", async () => {
    const { run, cancel } = await cancelled();
    const subflow = async (rest: object = {}) => {
      const task = await makeTaskRun(server, { flow_run_id: run.id });
      return makeRunning(server, { parent_task_run_id: task.id, ...rest });
    };
    const inline = await subflow();
    const deployed = await subflow({ deployment_id: "11111111-1111-4111-8111-111111111111" });
    const grandchild = await makeTaskRun(server, { flow_run_id: inline.id, state: { type: "RUNNING" } });
    await cancel();
    await sweep(await soon(0));
    expect((await readRun(server, inline.id)).state_type).toBe("CANCELLED");
    expect((await readRun(server, deployed.id)).state_type).toBe("CANCELLING");
    await sweep(await soon(0));
    expect((await taskOf(grandchild.id)).state_type).toBe("CANCELLED");
    expect(await historyOf(deployed.id)).toEqual(["PENDING", "RUNNING", "CANCELLING"]);
  });

  it("is ended though it came up after the cancellation, and not looked for any more after a while", async () => {
    const { run, cancel } = await cancelled();
    await cancel();
    await sweep(await soon(10));
    const late = await makeTaskRun(server, { flow_run_id: run.id, state: { type: "PENDING" } });
    await sweep(await soon(20));
    expect((await taskOf(late.id)).state_type).toBe("CANCELLED");
    expect(await unswept()).toBeGreaterThan(0);
    await sweep(await soon(400));
    await sweep(await soon(400));
    expect(await unswept()).toBe(0);
  });

  it("is ended in part by a server that dies, and for the rest by the next", async () => {
    const { run, cancel } = await cancelled();
    for (let count = 0; count < 10; count += 1) await makeTaskRun(server, { flow_run_id: run.id, state: { type: "RUNNING" } });
    await cancel();
    const orchestrator = new Orchestrator(server.deps);
    let left = 4;
    const dying = new Proxy(orchestrator, {
      get: (target, key) =>
        key === "taskRun"
          ? (proposal: Parameters<Orchestrator["taskRun"]>[0]) =>
              (left -= 1) < 0 ? Promise.reject(new Error("killed")) : target.taskRun(proposal)
          : Reflect.get(target, key),
    });
    await expect(sweepCancelled(server.deps, dying, await soon(0))).rejects.toThrow("killed");
    await sweep(await soon(0));
    const tasks = bodyOf<TaskRun[]>(await server.ask("POST", "/task_runs/filter", { flow_runs: { id: { any_: [run.id] } } }));
    expect(tasks.filter(({ state_type }) => state_type !== "CANCELLED" && state_type !== "COMPLETED")).toEqual([]);
  });

  it("is nothing of a run that goes on after all", async () => {
    const { run, running, cancel } = await cancelled();
    await cancel();
    await setState(server, run.id, { type: "RUNNING" }, true);
    await sweep(await soon(0));
    expect((await taskOf(running.id)).state_type).toBe("RUNNING");
    await makeRun(server);
  });
});
