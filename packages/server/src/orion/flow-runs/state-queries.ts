import type { State } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

const COLUMNS = "id, type, name, timestamp, message, data, state_details";

export const readFlowRunState = workspaceStatement<[id: string], State>(
  "flow-run-state.read",
  `select ${COLUMNS} from orion.flow_run_state where workspace_id = $1 and id = $2`,
);

/** A run that is retried for ever has ever more states; the newest are what is looked for. */
const MOST_STATES = 10_000;

export const readFlowRunStates = workspaceStatement<[flowRunId: string], State>(
  "flow-run-state.list",
  `select * from (
    select ${COLUMNS} from orion.flow_run_state where workspace_id = $1 and flow_run_id = $2
    order by timestamp desc limit ${MOST_STATES}
  ) as newest order by timestamp`,
);
