export { flowRunInputRoutes } from "./routes.ts";
