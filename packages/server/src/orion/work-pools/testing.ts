import type { WorkerFlowRunResponse, WorkPoolResponse, WorkQueueResponse } from "@praetor/wire";
import { sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeRun, type RunBody } from "../../testing/runs.ts";
import type { TestServer } from "../../testing/server.ts";

let made = 0;

export async function makePool(server: TestServer, rest: Record<string, unknown> = {}): Promise<WorkPoolResponse> {
  return bodyOf(await server.ask("POST", "/work_pools/", { name: `pool-${++made}`, type: "process", ...rest }));
}

export async function makeQueue(
  server: TestServer,
  pool: string,
  rest: Record<string, unknown> = {},
): Promise<WorkQueueResponse> {
  return bodyOf(await server.ask("POST", `/work_pools/${pool}/queues`, { name: `queue-${++made}`, ...rest }));
}

export async function readPool(server: TestServer, name: string): Promise<WorkPoolResponse> {
  return bodyOf(await server.ask("GET", `/work_pools/${name}`));
}

export async function readQueue(server: TestServer, id: string): Promise<WorkQueueResponse> {
  return bodyOf(await server.ask("GET", `/work_queues/${id}`));
}

/** A run that waits in a queue of a pool since `due`. */
export function makeWaiting(server: TestServer, pool: string, queue: string, due: string, rest: object = {}): Promise<RunBody> {
  const state = { type: "SCHEDULED", state_details: { scheduled_time: due } };
  return makeRun(server, { state, work_pool_name: pool, work_queue_name: queue, ...rest });
}

/** The runs that a worker is offered, by name. */
export async function poll(server: TestServer, pool: string, asked: object = {}): Promise<string[]> {
  const path = `/work_pools/${pool}/get_scheduled_flow_runs`;
  return bodyOf<WorkerFlowRunResponse[]>(await server.ask("POST", path, asked)).map(({ flow_run }) => flow_run.name);
}

export async function beat(server: TestServer, pool: string, name = "worker", interval: number | null = null): Promise<void> {
  const sent = { name, heartbeat_interval_seconds: interval };
  bodyOf(await server.ask("POST", `/work_pools/${pool}/workers/heartbeat`, sent));
}

/** The names of the events that a thing's changes have left in the outbox, and takes them out. */
export async function takeEvents(server: TestServer, prefix = "prefect."): Promise<string[]> {
  const rows = await server.deps.databases.orion.system.compose<{ name: string }>(
    () => sql`
      with taken as (delete from orion.outbox where workspace_id = ${DEFAULT_WORKSPACE_ID} returning position, event)
      select event ->> 'event' as name from taken order by position`,
  );
  return rows.map(({ name }) => name).filter((name) => name.startsWith(prefix));
}
