import type { FlowRunInput } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

export const insertInput = workspaceStatement<
  [id: string, flowRunId: string, key: string, value: string, sender: string | null],
  { id: string }
>(
  "flow-run-input.insert",
  `insert into orion.flow_run_input (workspace_id, id, flow_run_id, key, value, sender) values ($1, $2, $3, $4, $5, $6)
  returning id`,
);

/** Inputs whose key begins with the prefix, oldest first. */
export const listInputs = workspaceStatement<
  [flowRunId: string, prefix: string, excludedKeys: readonly string[], limit: number],
  FlowRunInput
>(
  "flow-run-input.list",
  `select id, created, updated, flow_run_id, key, value, sender from orion.flow_run_input
  where workspace_id = $1 and flow_run_id = $2 and starts_with(key, $3) and key <> all($4::text[])
  order by created, id limit $5`,
);

export const readInput = workspaceStatement<[flowRunId: string, key: string], { value: string }>(
  "flow-run-input.read",
  "select value from orion.flow_run_input where workspace_id = $1 and flow_run_id = $2 and key = $3",
);

export const deleteInput = workspaceStatement<[flowRunId: string, key: string], { id: string }>(
  "flow-run-input.delete",
  "delete from orion.flow_run_input where workspace_id = $1 and flow_run_id = $2 and key = $3 returning id",
);
