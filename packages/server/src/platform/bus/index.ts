export type { Bus, BusReports, ListenOptions, Unsubscribe } from "./bus.ts";
export { GroupAbsent, InProcessBus } from "./in-process.ts";
export type {
  DeferredTaskMessage,
  EventMessage,
  LogMessage,
  OutboxMessage,
  SlotsMessage,
  Topic,
  Topics,
  WorkPoolMessage,
} from "./topics.ts";
