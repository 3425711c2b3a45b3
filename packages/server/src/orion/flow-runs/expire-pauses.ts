import type { StateDetails, Timestamp } from "@praetor/wire";
import { systemStatement } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import type { Orchestrator } from "../orchestrate/index.ts";
import { expiredPause, SERVER, type State } from "../states/index.ts";

/** The most runs of one pass; a pass that finds so many is followed by another at once. */
const BATCH = 200;

interface OverduePause {
  readonly workspace_id: string;
  readonly id: string;
  readonly state_id: string;
  readonly state_name: string;
  readonly state_timestamp: Timestamp;
  readonly state_details: StateDetails;
}

/** The pauses that are past their deadline, the longest overdue first: the cost is theirs alone, however many runs are paused. */
const readOverdue = systemStatement<[now: Timestamp, limit: number], OverduePause>(
  "flow-run.read-overdue-pauses",
  `select run.workspace_id, run.id, run.state_id, run.state_name, run.state_timestamp, state.state_details
  from orion.flow_run as run
  join orion.flow_run_state as state on state.workspace_id = run.workspace_id and state.id = run.state_id
  where run.pause_timeout < $1
  order by run.pause_timeout limit $2`,
);

function stateOf({ state_id, state_name, state_timestamp, state_details }: OverduePause): State {
  return { id: state_id, type: "PAUSED", name: state_name, timestamp: state_timestamp, message: null, data: null, state_details };
}

/**
 * Fails the runs whose pause nobody ended in time; answers whether more may wait. Two servers that find the same run both
 * propose the same failure, and the second's is void.
 */
export async function expirePauses(
  { databases }: Pick<Dependencies, "databases">,
  orchestrator: Orchestrator,
  now: Timestamp,
): Promise<boolean> {
  const overdue = await databases.orion.system.all(readOverdue, now, BATCH);
  await Promise.all(
    overdue.map(async (pause) => {
      const state = expiredPause(stateOf(pause), now);
      if (state === null) return;
      const proposal = { workspaceId: pause.workspace_id, runId: pause.id, state, force: true, proposer: SERVER };
      await orchestrator.flowRun({ ...proposal, seen: pause.state_id });
    }),
  );
  return overdue.length === BATCH;
}
