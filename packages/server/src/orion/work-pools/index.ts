export { announcePoolStatus, announceQueue, type Changes, payloadOf, relatedPool } from "./announce.ts";
export { followed, makePool, poolNotFound, tellWorkers } from "./operations.ts";
export { readQueuesOfPool } from "./queries.ts";
export { workPoolRoutes } from "./routes.ts";
export { WITHOUT_WORKERS } from "./rows.ts";
