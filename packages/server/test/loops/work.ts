import { beat, makePool, poll } from "../../src/orion/work-pools/testing.ts";
import { makeDeployment } from "../../src/orion/deployments/testing.ts";
import { sql } from "../../src/platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../src/platform/tenancy.ts";
import { bodyOf, makeRun, makeRunning, makeTaskRun, setState } from "../../src/testing/runs.ts";
import type { TestServer } from "../../src/testing/server.ts";

type Build = Parameters<ReturnType<TestServer["deps"]["databases"]["orion"]["workspace"]>["compose"]>[0];

/** What loops have to do, by what must become of it. All of it is made so that its time comes now or within a second. */
export class Work {
  readonly #server: TestServer;
  /** Flow runs, by the names of the states that they must end up with. */
  readonly histories = new Map<string, readonly string[]>();
  /** Task runs that must be cancelled once. */
  readonly orphans: string[] = [];
  /** Runs that must be gone. */
  readonly expired: string[] = [];
  /** Pools whose workers and queues must be found to be gone, once. */
  readonly pools: string[] = [];
  /** Leases of holders that live, and that nobody may take. */
  readonly held: string[] = [];

  #made = 0;

  private constructor(server: TestServer) {
    this.#server = server;
  }

  /** The first look for vanished runs grants time to all that it finds, since nobody can have listened before it: it is over. */
  static async open(server: TestServer): Promise<Work> {
    await server.deps.databases.orion.system.compose(
      () => sql`insert into orion.watch (name, seen) values ('flow-run-heartbeats', now())`,
    );
    return new Work(server);
  }

  #change(build: Build) {
    return this.#server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose(build);
  }

  /** Some of every kind. */
  async make(): Promise<void> {
    await Promise.all([
      this.#schedule(),
      this.#late(),
      this.#pause(),
      this.#cancelled(),
      this.#stuck(),
      this.#silent(),
      this.#lapsing(),
      this.#finished(),
      this.#unserved(),
    ]);
  }

  /** Every second a run, of a deployment that has just been made. */
  async #schedule(): Promise<void> {
    await makeDeployment(this.#server, { schedules: [{ schedule: { interval: 1, anchor_date: "2026-01-01T00:00:00Z" } }] });
  }

  async #late(): Promise<void> {
    const state = { type: "SCHEDULED", state_details: { scheduled_time: "2026-01-01T00:00:00Z" } };
    const run = await makeRun(this.#server, { state });
    this.histories.set(run.id, ["Scheduled", "Late"]);
  }

  async #pause(): Promise<void> {
    const run = await makeRunning(this.#server);
    const soon = new Date(Date.now() + 500).toISOString();
    await setState(this.#server, run.id, { type: "PAUSED", state_details: { pause_timeout: soon } });
    this.histories.set(run.id, ["Pending", "Running", "Paused", "Failed"]);
  }

  async #cancelled(): Promise<void> {
    const run = await makeRunning(this.#server);
    const task = await makeTaskRun(this.#server, { flow_run_id: run.id, state: { type: "RUNNING" } });
    await setState(this.#server, run.id, { type: "CANCELLED" }, true);
    this.histories.set(run.id, ["Pending", "Running", "Cancelled"]);
    this.orphans.push(task.id);
  }

  async #stuck(): Promise<void> {
    const run = await makeRunning(this.#server);
    await setState(this.#server, run.id, { type: "CANCELLING" });
    await this.#change(
      (workspace) => sql`update orion.flow_run set state_timestamp = state_timestamp - interval '1 hour'
        where workspace_id = ${workspace} and id = ${run.id}`,
    );
    this.histories.set(run.id, ["Pending", "Running", "Cancelling", "Cancelled"]);
  }

  /** A run whose process is gone, and which holds a slot. */
  async #silent(): Promise<void> {
    const run = await makeRunning(this.#server);
    const lease = await this.#take(`of-${run.id}`, 3600);
    await this.#change(
      (workspace) => sql`
        with owned as (
          update orion.concurrency_lease set holder_type = 'flow_run', holder_id = ${run.id}
          where workspace_id = ${workspace}::uuid and id = ${lease}
        ), noted as (
          update orion.flow_run_state set state_details = state_details || jsonb_build_object('deployment_concurrency_lease_id', ${lease}::text)
          where workspace_id = ${workspace} and id = (select state_id from orion.flow_run where workspace_id = ${workspace} and id = ${run.id})
        )
        insert into orion.flow_run_heartbeat (workspace_id, flow_run_id, occurred, seen, attempt, interval, deadline)
        values (${workspace}, ${run.id}, now() - interval '1 hour', now() - interval '1 hour', 1, 180, now() - interval '1 minute')`,
    );
    this.histories.set(run.id, ["Pending", "Running", "Crashed"]);
  }

  async #take(name: string, seconds: number): Promise<string> {
    bodyOf(await this.#server.ask("POST", "/v2/concurrency_limits/", { name, limit: 1 }));
    const asked = { names: [name], slots: 1, lease_duration: seconds };
    const taken = await this.#server.ask("POST", "/v2/concurrency_limits/increment-with-lease", asked);
    return bodyOf<{ lease_id: string }>(taken).lease_id;
  }

  /** A lease that its holder lets run out, and one of a holder that lives. */
  async #lapsing(): Promise<void> {
    this.#made += 1;
    const own = this.#made;
    const lease = await this.#take(`lapsing-${own}`, 60);
    await this.#change(
      (workspace) => sql`update orion.concurrency_lease set expiration = now() + interval '0.3 seconds'
        where workspace_id = ${workspace} and id = ${lease}`,
    );
    this.held.push(await this.#take(`held-${own}`, 3600));
  }

  /** A finished run that was kept long enough. */
  async #finished(): Promise<void> {
    const run = await makeRunning(this.#server);
    await setState(this.#server, run.id, { type: "COMPLETED" });
    await this.#change(
      (workspace) => sql`update orion.flow_run
        set end_time = end_time - interval '1 year', start_time = start_time - interval '1 year'
        where workspace_id = ${workspace} and id = ${run.id}`,
    );
    this.expired.push(run.id);
  }

  async #unserved(): Promise<void> {
    const pool = await makePool(this.#server);
    await beat(this.#server, pool.name);
    await poll(this.#server, pool.name);
    await this.#change(
      (workspace) => sql`
        with silent as (
          update orion.worker set last_heartbeat_time = now() - interval '1 hour'
          where workspace_id = ${workspace}::uuid and work_pool_id = ${pool.id}
        )
        update orion.work_queue set last_polled = now() - interval '1 hour'
        where workspace_id = ${workspace} and work_pool_id = ${pool.id}`,
    );
    this.pools.push(pool.id);
  }
}
