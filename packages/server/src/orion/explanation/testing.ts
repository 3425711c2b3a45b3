import type { ExplanationStep, FlowRunExplanation } from "@praetor/wire";
import { type Fragment, sql } from "../../platform/database/index.ts";
import { DEFAULT_WORKSPACE_ID } from "../../platform/tenancy.ts";
import { bodyOf, makeFlow } from "../../testing/runs.ts";
import type { TestServer } from "../../testing/server.ts";
import { beat, makePool, makeWaiting, poll } from "../work-pools/testing.ts";

export const PAST = "2026-01-01T00:00:00Z";

/** An explanation as the API answers it, its JSON parsed. */
export type Told = Omit<FlowRunExplanation, "steps"> & { steps: (Omit<ExplanationStep, "evidence"> & { evidence: object })[] };

export async function readWhy(server: TestServer, id: string): Promise<Told> {
  return bodyOf<Told>(await server.ask("GET", `/flow_runs/${id}/why`));
}

/** Changes what no route changes. */
export function changeRows(server: TestServer, build: (workspace: Fragment) => Fragment): Promise<{ id: string }[]> {
  return server.deps.databases.orion.workspace(DEFAULT_WORKSPACE_ID).compose<{ id: string }>(build);
}

export interface Waiting {
  readonly pool?: object;
  readonly run?: object;
  /** Whether a worker serves the pool. */
  readonly served?: boolean;
}

/** A run of a deployment that waits in a pool. */
export async function makeWaitingRun(server: TestServer, { pool: asked, run: rest, served = true }: Waiting) {
  const pool = await makePool(server, { ...asked });
  const flow_id = await makeFlow(server);
  const [deployment] = await changeRows(
    server,
    (workspace) => sql`insert into orion.deployment (workspace_id, id, flow_id, name, work_queue_id, last_polled)
      select ${workspace}::uuid as workspace_id, gen_random_uuid(), ${flow_id}::uuid, 'nightly', ${pool.default_queue_id}::uuid, now()
      returning id`,
  );
  const deployment_id = deployment?.id ?? "";
  const run = await makeWaiting(server, pool.name, "default", PAST, { flow_id, deployment_id, ...rest });
  if (served) {
    await beat(server, pool.name, "w");
    await poll(server, pool.name, { scheduled_before: "2999-01-01T00:00:00Z" });
  }
  return { pool, run, deployment: deployment_id, queue: pool.default_queue_id ?? "", flow_id };
}
