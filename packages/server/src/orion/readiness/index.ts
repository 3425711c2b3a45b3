export { markDeploymentsServed, markDeploymentsUnserved } from "./deployments.ts";
export { markPoolReady, markPoolsUnready } from "./pools.ts";
export { markPolled, markQueuesUnready, type PolledQueue, pollQueue, pollQueues } from "./queues.ts";
export { markUnserved, markWorkersOffline, type Timeouts } from "./foreman.ts";
