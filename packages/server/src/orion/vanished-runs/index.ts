export { recordHeartbeats } from "./record.ts";
export { endVanishedRuns, type WatchSettings } from "./watch.ts";
