export { taskWorkerRoutes } from "./routes.ts";
export { scheduledTaskRuns } from "./socket.ts";
