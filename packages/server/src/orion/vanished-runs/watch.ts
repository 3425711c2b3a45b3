import { addSeconds, secondsBetween, type Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { SERVER, vanished } from "../states/index.ts";
import { forgetSilent, grantTime, look, readAbandoned, readSilent, type SilentRun } from "./queries.ts";

type Deps = Pick<Dependencies, "databases" | "log">;

const NAME = "flow-run-heartbeats";
const BATCH = 200;

/** How the watch is set. Durations are seconds. */
export interface WatchSettings {
  /** Heartbeats that must be missed. */
  readonly heartbeatsMissed: number;
  /** How long a run may stay submitted by a worker that is gone. */
  readonly submittedTimeout: number;
  /** A time without a look that shows that no server could have heard anybody. */
  readonly outage: number;
}

/**
 * Ends the runs whose process gives no sign of life as crashed, which frees their slots. After a time in which no server looked,
 * no server may have listened either: then every run has its whole time anew. Answers whether more may wait.
 */
export async function endVanishedRuns(
  deps: Deps,
  orchestrator: Orchestrator,
  now: Timestamp,
  settings: WatchSettings,
): Promise<boolean> {
  if (await wasOut(deps, now, settings)) return false;
  const silent = await endSilent(deps, orchestrator, now);
  const abandoned = await endAbandoned(deps, orchestrator, now, settings.submittedTimeout);
  return silent || abandoned;
}

/**
 * Whether nobody looked for so long that nobody can have listened. What is granted then commits with the look, so that no other
 * server that looks takes the silence for its runs' own.
 */
function wasOut({ databases }: Deps, now: Timestamp, { outage, heartbeatsMissed }: WatchSettings): Promise<boolean> {
  return databases.orion.system.transaction(async (tx) => {
    const before = (await tx.first(look, NAME, now))?.before ?? null;
    if (before !== null && secondsBetween(before, now) <= outage) return false;
    await tx.all(grantTime, now, heartbeatsMissed);
    return true;
  });
}

/** A run in whose process something happens, or is to happen. Others have ended, or left their process on purpose. */
const hasProcess = ({ state_type, in_process }: SilentRun) =>
  state_type === "RUNNING" || (state_type === "SCHEDULED" && in_process);

async function endSilent({ databases, log }: Deps, orchestrator: Orchestrator, now: Timestamp): Promise<boolean> {
  const silent = await databases.orion.system.all(readSilent, now, BATCH);
  await Promise.all(
    silent.filter(hasProcess).map(async (run) => {
      const seconds = Math.round(secondsBetween(run.seen, now));
      log.warn({ flow_run: run.id, seconds }, "a flow run's process gives no sign of life; the run has crashed");
      const state = vanished(`No heartbeat of this flow run was heard for ${seconds} seconds: its process is gone.`);
      const { workspace_id: workspaceId, id: runId, state_id: seen } = run;
      await orchestrator.flowRun({ workspaceId, runId, state, force: false, proposer: SERVER, seen });
    }),
  );
  if (silent.length === 0) return false;
  const workspaces = silent.map((run) => run.workspace_id);
  await databases.orion.system.all(
    forgetSilent,
    workspaces,
    silent.map(({ id }) => id),
    now,
  );
  return silent.length === BATCH;
}

async function endAbandoned(
  { databases, log }: Deps,
  orchestrator: Orchestrator,
  now: Timestamp,
  seconds: number,
): Promise<boolean> {
  const abandoned = await databases.orion.system.all(readAbandoned, addSeconds(now, -seconds), BATCH);
  await Promise.all(
    abandoned.map(async ({ workspace_id: workspaceId, id: runId, state_id: seen, worker }) => {
      log.warn({ flow_run: runId, worker }, "a flow run was submitted by a worker that is gone; the run has crashed");
      const state = vanished(`Worker '${worker}' submitted this flow run and is gone; nothing was started for it.`);
      await orchestrator.flowRun({ workspaceId, runId, state, force: false, proposer: SERVER, seen });
    }),
  );
  return abandoned.length === BATCH;
}
