export { type FlowRunDependencies, FlowRunCreators } from "./dependencies.ts";
export { taskRunFilters, historyRange } from "./filter-parts.ts";
export { readHistory } from "./history.ts";
export { mergeLabels } from "./labels.ts";
export { read as readFlowRunById, find as findFlowRuns } from "./operations.ts";
export { checkParameters } from "./parameters.ts";
export type { Created } from "./create.ts";
export { policyToKeep } from "./policy.ts";
export { creatorOf, proposerOf } from "./proposer.ts";
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
