export { CONSEQUENCES, FLOW_RUN_ROWS, flowRunRow } from "./flow-run-writes.ts";
export { type FlowRunProposal, Orchestrator, type Proposal } from "./orchestrator.ts";
export { PARENT_COLUMNS, type ParentColumns, parentOf } from "./parent-facts.ts";
export { RUN_ROWS, runRow, STATE_ROWS } from "./rows.ts";
export { deferred, forcedTaskRuns, TASK_RUN_ROWS, taskRunRow } from "./task-run-writes.ts";
