export { hearBeat } from "./operations.ts";
export { workerRoutes } from "./routes.ts";
