import { addSeconds, secondsBetween, type Timestamp } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { cancellingTimedOut, orphaned, orphanedWithProcess, SERVER } from "../states/index.ts";
import { markSwept, readRemnants, readStuck, readUnswept, type Remnant, type SeenRun } from "./queries.ts";

type Deps = Pick<Dependencies, "databases">;

/** The most runs of one pass; a pass that finds so many is followed by another at once. */
const BATCH = 200;
/** The most task runs, and the most subflows, of one run that a pass ends. */
const REMNANTS = 100;
/** So long after a cancellation something may still come up that had begun before: its events were under way. */
const SETTLED_SECONDS = 300;

const BEGINNING = "0001-01-01T00:00:00Z" as Timestamp;

/** Ends the cancelling of runs that nobody has reported ended for `seconds`; answers whether more may wait. */
export async function endStuckCancelling(
  { databases }: Deps,
  orchestrator: Orchestrator,
  { now, seconds }: { readonly now: Timestamp; readonly seconds: number },
): Promise<boolean> {
  const stuck = await databases.orion.system.all(readStuck, addSeconds(now, -seconds), BATCH);
  await Promise.all(
    stuck.map((run) => orchestrator.flowRun({ ...proposed(run.workspace_id, run), state: cancellingTimedOut(), force: false })),
  );
  return stuck.length === BATCH;
}

const proposed = (workspaceId: string, { id, state_id }: { readonly id: string; readonly state_id: string | null }) => ({
  workspaceId,
  runId: id,
  proposer: SERVER,
  seen: state_id,
});

/** Cancels what cancelled runs have left running: their task runs and their subflows. */
export async function sweepCancelled(deps: Deps, orchestrator: Orchestrator, now: Timestamp): Promise<void> {
  for (let after = BEGINNING; ; ) {
    const runs = await deps.databases.orion.system.all(readUnswept, after, BATCH);
    for (const [workspaceId, own] of Map.groupBy(runs, (run) => run.workspace_id)) {
      await sweep(deps, orchestrator, workspaceId, own, now);
    }
    const last = runs.at(-1);
    if (runs.length < BATCH || last === undefined) return;
    after = last.since;
  }
}

type Unswept = SeenRun & { readonly since: Timestamp };

async function sweep(
  { databases }: Deps,
  orchestrator: Orchestrator,
  workspaceId: string,
  runs: readonly Unswept[],
  now: Timestamp,
): Promise<void> {
  const database = databases.orion.workspace(workspaceId);
  const ids = runs.map(({ id }) => id);
  const remnants = await database.all(readRemnants, ids, REMNANTS);
  await Promise.all(remnants.map((remnant) => end(orchestrator, workspaceId, remnant, now)));
  const unfinished = new Set(remnants.map((remnant) => remnant.parent_id));
  const done = runs.filter(({ id, since }) => !unfinished.has(id) && secondsBetween(since, now) > SETTLED_SECONDS);
  if (done.length === 0) return;
  const states = done.map((run) => run.state_id);
  await database.all(
    markSwept,
    done.map(({ id }) => id),
    states,
  );
}

async function end(orchestrator: Orchestrator, workspaceId: string, remnant: Remnant, now: Timestamp): Promise<void> {
  const proposal = { ...proposed(workspaceId, remnant), force: true };
  if (remnant.kind === "task") await orchestrator.taskRun({ ...proposal, state: orphaned() });
  else await orchestrator.flowRun({ ...proposal, state: remnant.deployed ? orphanedWithProcess(now) : orphaned() });
}
