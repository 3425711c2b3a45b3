import { optional } from "./filters.ts";
import { identity } from "./identity.ts";
import {
  boolean,
  enumeration,
  type Infer,
  integer,
  list,
  model,
  name,
  nullable,
  patch,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";

export const WorkQueueStatus = enumeration("WorkQueueStatus", ["READY", "NOT_READY", "PAUSED"]);
export type WorkQueueStatus = Infer<typeof WorkQueueStatus>;

/** What a queue without a pool used to choose its runs by. */
export interface QueueFilter {
  tags: string[] | null;
  deployment_ids: string[] | null;
}
export const QueueFilter = model<QueueFilter>("QueueFilter", {
  tags: optional(list(string())),
  deployment_ids: optional(list(uuid())),
});

const filter = () => optional(QueueFilter).with({ deprecated: true });
const description = () => nullable(string()).default("");

export interface WorkQueueCreate {
  name: string;
  description: string | null;
  is_paused: boolean;
  concurrency_limit: number | null;
  /** 1 is served first; null takes the first number that is free. */
  priority: number | null;
  filter: QueueFilter | null;
}
export const WorkQueueCreate = model<WorkQueueCreate>(
  "WorkQueueCreate",
  {
    name: name(),
    description: description(),
    is_paused: boolean().default(false),
    concurrency_limit: optional(integer({ ge: 0 })),
    priority: optional(integer({ gt: 0 })),
    filter: filter(),
  },
  { extra: "forbid" },
);

export interface WorkQueueUpdate {
  name: string | null;
  description: string | null;
  is_paused: boolean;
  concurrency_limit: number | null;
  priority: number | null;
  last_polled: Timestamp | null;
  filter: QueueFilter | null;
}
export const WorkQueueUpdate = patch<WorkQueueUpdate>("WorkQueueUpdate", {
  name: optional(string()),
  description: optional(string()),
  is_paused: boolean().default(false),
  concurrency_limit: optional(integer({ ge: 0 })),
  priority: optional(integer({ gt: 0 })),
  last_polled: optional(timestamp()),
  filter: filter(),
});

export interface WorkQueueResponse extends Omit<WorkQueueCreate, "priority"> {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  priority: number;
  work_pool_id: string | null;
  work_pool_name: string | null;
  last_polled: Timestamp | null;
  status: WorkQueueStatus | null;
  /** Runs that are submitted or running; null where no limit counts them. */
  active_slots: number | null;
}
export const WorkQueueResponse = model<WorkQueueResponse>("WorkQueueResponse", {
  ...identity,
  name: name(),
  description: description(),
  is_paused: boolean().default(false),
  concurrency_limit: optional(integer({ ge: 0 })),
  priority: integer({ gt: 0 }).default(1),
  work_pool_id: optional(uuid()),
  filter: filter(),
  last_polled: optional(timestamp()),
  work_pool_name: optional(string()),
  status: optional(WorkQueueStatus),
  active_slots: optional(integer()),
});

export interface WorkQueueHealthPolicy {
  maximum_late_runs: number | null;
  maximum_seconds_since_last_polled: number | null;
}
export const WorkQueueHealthPolicy = model<WorkQueueHealthPolicy>("WorkQueueHealthPolicy", {
  maximum_late_runs: nullable(integer()).default(0),
  maximum_seconds_since_last_polled: nullable(integer()).default(60),
});

/** Whether a queue is served: it was polled lately, and nothing in it is late. */
export interface WorkQueueStatusDetail {
  healthy: boolean;
  late_runs_count: number;
  last_polled: Timestamp | null;
  health_check_policy: WorkQueueHealthPolicy;
}
export const WorkQueueStatusDetail = model<WorkQueueStatusDetail>("WorkQueueStatusDetail", {
  healthy: boolean(),
  late_runs_count: integer().default(0),
  last_polled: optional(timestamp()),
  health_check_policy: WorkQueueHealthPolicy,
});

/** A queue as it was shown before queues belonged to pools. */
export type WorkQueue = Omit<WorkQueueResponse, "work_pool_name" | "status" | "active_slots">;
export const WorkQueue = model<WorkQueue>("WorkQueue", {
  ...identity,
  name: name(),
  description: description(),
  is_paused: boolean().default(false),
  concurrency_limit: optional(integer({ ge: 0 })),
  priority: integer({ gt: 0 }).default(1),
  work_pool_id: optional(uuid()),
  filter: filter(),
  last_polled: optional(timestamp()),
});
