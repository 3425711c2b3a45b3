export { taskRunRoutes } from "./routes.ts";
