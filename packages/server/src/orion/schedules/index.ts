export { anchored } from "./anchor.ts";
export { instantsOf } from "./instants.ts";
export { scheduleDeployment, type Span } from "./schedule-deployment.ts";
export { scheduleRuns, type SchedulerDeps } from "./scheduler.ts";
export { Zone, zoneOf } from "./zone.ts";
