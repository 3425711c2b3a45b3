export { type FlowRunDependencies, FlowRunCreators } from "./dependencies.ts";
export { taskRunFilters, historyRange } from "./filter-parts.ts";
export { readHistory } from "./history.ts";
export { latenessAt } from "./queries.ts";
export { mergeLabels } from "./labels.ts";
export { policyToKeep } from "./policy.ts";
export { proposerOf } from "./proposer.ts";
export { flowRunRoutes } from "./routes.ts";
export {
  estimatedRunTime,
  estimatedStartTimeDelta,
  FLOW_RUN_COLUMNS,
  FLOW_RUN_JOINS,
  type FlowRunRow,
  presentFlowRun,
  RUN_COLUMNS,
} from "./rows.ts";
