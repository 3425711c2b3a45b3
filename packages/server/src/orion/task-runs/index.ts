export { recordTaskRuns } from "./record.ts";
export { taskRunRoutes } from "./routes.ts";
