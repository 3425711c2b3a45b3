export { recordTaskRuns } from "./record.ts";
export { taskRunRoutes } from "./routes.ts";
export { readTaskRun } from "./queries.ts";
export { presentTaskRun, type TaskRunRow } from "./rows.ts";
