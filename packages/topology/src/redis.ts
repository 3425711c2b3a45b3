import type { RedisRole } from "./types.ts";

/** What an instance of Redis keeps for one role. */
export interface RedisUse {
  readonly role: RedisRole;
  /** What it keeps, in a phrase. */
  readonly keeps: string;
  /** Whether losing an entry to an eviction does harm; such an instance must not evict. */
  readonly lossless: boolean;
  /** What people see when it cannot be reached. */
  readonly outage: string;
}

/** The roles of Redis, by name. Each may be an instance of its own; several may share one. */
export const redisUses: readonly RedisUse[] = [
  {
    role: "cache",
    keeps: "sessions and hot answers",
    lossless: false,
    outage: "requests are slow, and people must sign on again",
  },
  {
    role: "concurrency-leases",
    keeps: "the leases of slots that running work holds",
    lossless: true,
    outage: "work with a concurrency limit waits",
  },
  { role: "events", keeps: "the stream of events until they are stored", lossless: true, outage: "events are refused or lost" },
  {
    role: "task-scheduling",
    keeps: "task runs that wait for a task worker",
    lossless: true,
    outage: "deferred tasks do not start",
  },
  { role: "triggers", keeps: "the half-filled windows of automations", lossless: true, outage: "automations do not fire" },
  { role: "work", keeps: "the jobs of the background services", lossless: true, outage: "deletes and mail wait" },
  { role: "work-pools", keeps: "the runs that are ready, by pool", lossless: true, outage: "workers start runs late" },
];
