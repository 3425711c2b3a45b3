import { workspaceStatement } from "../../platform/database/index.ts";
import { HISTORY_COLUMNS, type StateColumns } from "../states/index.ts";

export const readFlowRunState = workspaceStatement<[id: string], StateColumns>(
  "flow-run-state.read",
  `select ${HISTORY_COLUMNS} from orion.flow_run_state where workspace_id = $1 and id = $2`,
);

/** A run that is retried for ever has ever more states; the newest are what is looked for. */
const MOST_STATES = 10_000;

export const readFlowRunStates = workspaceStatement<[flowRunId: string], StateColumns>(
  "flow-run-state.list",
  `select * from (
    select ${HISTORY_COLUMNS} from orion.flow_run_state where workspace_id = $1 and flow_run_id = $2
    order by timestamp desc limit ${MOST_STATES}
  ) as newest order by state_timestamp`,
);
