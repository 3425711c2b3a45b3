export { AGENT_POOL, ensureQueue, listOfPool as listQueuesOfPool, queueNotFound, type ResolvedQueue } from "./operations.ts";
export { workQueueRoutes } from "./routes.ts";
export { type FilteredQueue, presentFiltered } from "./rows.ts";
