export { type LifecycleEvent, lifecycleEvent, type OutboxRow } from "./lifecycle.ts";
export { relayOutbox } from "./relay.ts";
export { announceIn } from "./write.ts";
