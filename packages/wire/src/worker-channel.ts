import { optional } from "./filters.ts";
import {
  boolean,
  integer,
  jsonObject,
  JsonText,
  list,
  literal,
  model,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";

/** The version of the channel between a work pool and its workers. */
export const WORKER_CHANNEL_VERSION = "work_pool_worker_channel.v1";
/** What both ends of a channel must be able to do. */
export const WORKER_CHANNEL_CAPABILITIES = ["worker_heartbeat.v1", "work_pool_snapshot.v1"] as const;

const said = () => string({ minLength: 1 });
const strict = { extra: "forbid" } as const;

export interface WorkerHelloPayload {
  consumer_id: string;
  worker_name: string;
  worker_type: string;
  heartbeat_interval_seconds: number;
  supported_channel_versions: string[];
  requested_capabilities: string[];
  work_queue_names: string[];
  handled_cleanup_kinds: string[];
  max_cleanup_concurrency: number;
  create_pool_if_not_found: boolean;
  default_base_job_template: JsonText;
  worker_metadata: JsonText | null;
}
/** A worker that comes: who it is, what it serves, and what it can do. */
export const WorkerHelloPayload = model<WorkerHelloPayload>(
  "WorkerHelloPayload",
  {
    consumer_id: uuid(),
    worker_name: said(),
    worker_type: said(),
    heartbeat_interval_seconds: integer({ gt: 0 }),
    supported_channel_versions: list(said(), { minItems: 1 }),
    requested_capabilities: list(said(), { minItems: 1 }),
    work_queue_names: list(said()).default(() => []),
    handled_cleanup_kinds: list(literal("cancelling_timeout_teardown.v1", "pending_claim_teardown.v1")).default(() => []),
    max_cleanup_concurrency: integer({ ge: 0 }).default(0),
    create_pool_if_not_found: boolean().default(false),
    default_base_job_template: jsonObject().default(() => new JsonText("{}")),
    worker_metadata: optional(jsonObject()),
  },
  {
    ...strict,
    check: ({ requested_capabilities: requested }) =>
      WORKER_CHANNEL_CAPABILITIES.every((capability) => requested.includes(capability))
        ? undefined
        : `Missing required channel capabilities: ${WORKER_CHANNEL_CAPABILITIES.filter((each) => !requested.includes(each)).join(", ")}`,
  },
);

interface Frame<Type extends string, Payload> {
  type: Type;
  id: string;
  sent_at: Timestamp;
  payload: Payload;
}

export type WorkerHelloFrame = Frame<"worker.hello.v1", WorkerHelloPayload>;
export const WorkerHelloFrame = model<WorkerHelloFrame>(
  "WorkerHelloFrame",
  { type: literal("worker.hello.v1"), id: uuid(), sent_at: timestamp(), payload: WorkerHelloPayload },
  strict,
);

export interface WorkerHeartbeatPayload {
  consumer_id: string;
  worker_name: string;
  heartbeat_interval_seconds: number;
}
export const WorkerHeartbeatPayload = model<WorkerHeartbeatPayload>(
  "WorkerHeartbeatPayload",
  { consumer_id: uuid(), worker_name: said(), heartbeat_interval_seconds: integer({ gt: 0 }) },
  strict,
);

export type WorkerHeartbeatFrame = Frame<"worker.heartbeat.v1", WorkerHeartbeatPayload>;
/** A sign of life of a worker on its channel. */
export const WorkerHeartbeatFrame = model<WorkerHeartbeatFrame>(
  "WorkerHeartbeatFrame",
  { type: literal("worker.heartbeat.v1"), id: uuid(), sent_at: timestamp(), payload: WorkerHeartbeatPayload },
  strict,
);
