import { addSeconds, type Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { lateness, markLateRunsPolicy, SERVER } from "../states/index.ts";

/** The most runs of one pass; a pass that finds so many is followed by another at once. */
const BATCH = 400;

interface OverdueRun {
  readonly workspace_id: string;
  readonly id: string;
  readonly state_id: string | null;
  readonly due: Timestamp;
}

const readOverdue = systemStatement<[before: Timestamp, limit: number], OverdueRun>(
  "late-runs.read-overdue",
  `select workspace_id, id, state_id, unmarked_due as due from orion.flow_run
  where unmarked_due <= $1 order by unmarked_due limit $2`,
);

/**
 * Marks the runs that should have started `seconds` before `now` as late, the longest overdue first; of a deployment that wants
 * no queue they are cancelled where its limit is full. Answers whether more may wait.
 */
export async function markLateRuns(
  { databases }: Pick<Dependencies, "databases">,
  orchestrator: Orchestrator,
  { now, seconds }: { readonly now: Timestamp; readonly seconds: number },
): Promise<boolean> {
  const overdue = await databases.orion.system.all(readOverdue, addSeconds(now, -seconds), BATCH);
  await Promise.all(
    overdue.map((run) =>
      orchestrator.flowRun({
        workspaceId: run.workspace_id,
        runId: run.id,
        state: lateness(run.due),
        force: false,
        proposer: SERVER,
        policy: markLateRunsPolicy,
        seen: run.state_id,
      }),
    ),
  );
  return overdue.length === BATCH;
}
