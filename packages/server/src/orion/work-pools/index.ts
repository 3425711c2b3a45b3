export { announcePoolStatus, announceQueue, type Changes, payloadOf, relatedPool } from "./announce.ts";
export { create as createPool, followed, makePool, poolNotFound, read as readPool, update as updatePool } from "./operations.ts";
export { readQueuesOfPool } from "./queries.ts";
export { workPoolRoutes } from "./routes.ts";
export { WITHOUT_WORKERS } from "./rows.ts";
