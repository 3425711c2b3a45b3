export { AGENT_POOL, ensureQueue, queueNotFound, type ResolvedQueue } from "./operations.ts";
export { workQueueRoutes } from "./routes.ts";
