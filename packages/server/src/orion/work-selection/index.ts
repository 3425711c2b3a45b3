export { workSelectionRoutes } from "./routes.ts";
