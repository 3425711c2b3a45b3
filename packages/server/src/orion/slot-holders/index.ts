export { slotHolderRoutes } from "./routes.ts";
