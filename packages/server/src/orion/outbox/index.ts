export { type LifecycleEvent, lifecycleEvent, type OutboxRow } from "./lifecycle.ts";
