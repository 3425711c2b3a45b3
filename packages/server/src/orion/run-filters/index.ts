export { type DeploymentScope, deploymentMatches, workPoolMatches, workQueueMatches } from "./deployments.ts";
export { flowMatches } from "./flows.ts";
export { flowRunMatches } from "./flow-runs.ts";
export { findNames } from "./names.ts";
export { scheduledFirst } from "./next-start.ts";
export {
  type RunFilters,
  deploymentsMatching,
  flowRunsMatching,
  flowsMatching,
  matchAllFlowRuns,
  matchByExpectedStart,
  taskRunsMatching,
} from "./scopes.ts";
export { taskRunMatches } from "./task-runs.ts";
