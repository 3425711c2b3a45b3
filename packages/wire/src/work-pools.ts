import { optional } from "./filters.ts";
import { identity } from "./identity.ts";
import { templateComplaint } from "./job-template.ts";
import {
  boolean,
  enumeration,
  type Infer,
  integer,
  jsonObject,
  JsonText,
  list,
  model,
  name,
  patch,
  prepared,
  string,
  type Timestamp,
  uuid,
} from "./kit/index.ts";
import { WorkQueueConcurrencyStatusDetail } from "./concurrency-status.ts";

/** Whether a pool's runs are started: by a worker that is online; by nobody; not at all. */
export const WorkPoolStatus = enumeration("WorkPoolStatus", ["READY", "NOT_READY", "PAUSED"]);
export type WorkPoolStatus = Infer<typeof WorkPoolStatus>;

/** Where the workers of a pool find what they run, and keep what it results in. */
export interface WorkPoolStorageConfiguration {
  bundle_upload_step: JsonText | null;
  bundle_execution_step: JsonText | null;
  default_result_storage_block_id: string | null;
}
export const WorkPoolStorageConfiguration = model<WorkPoolStorageConfiguration>(
  "WorkPoolStorageConfiguration",
  {
    bundle_upload_step: optional(jsonObject()),
    bundle_execution_step: optional(jsonObject()),
    default_result_storage_block_id: optional(uuid()),
  },
  { extra: "forbid" },
);

const emptyObject = () => new JsonText("{}");
const noStorage = (): WorkPoolStorageConfiguration => ({
  bundle_upload_step: null,
  bundle_execution_step: null,
  default_result_storage_block_id: null,
});
const template = () => jsonObject().check(templateComplaint);

/** A name that says something: quotes and blanks alone do not. */
const sayingName = () =>
  prepared(name(), (input, refuse) =>
    typeof input === "string" && /^['" ]*$/.test(input) ? refuse("name cannot be an empty string") : input,
  );

export interface WorkPoolCreate {
  name: string;
  description: string | null;
  type: string;
  base_job_template: JsonText;
  is_paused: boolean;
  concurrency_limit: number | null;
  storage_configuration: WorkPoolStorageConfiguration;
}
export const WorkPoolCreate = model<WorkPoolCreate>(
  "WorkPoolCreate",
  {
    name: sayingName(),
    description: optional(string()),
    type: string().default("prefect-agent"),
    base_job_template: template().default(emptyObject),
    is_paused: boolean().default(false),
    concurrency_limit: optional(integer({ ge: 0 })),
    storage_configuration: WorkPoolStorageConfiguration.default(noStorage),
  },
  { extra: "forbid" },
);

/** Null is taken by the schema; only a description and a limit can be taken away. */
export type WorkPoolUpdate = {
  [K in Exclude<keyof WorkPoolCreate, "name" | "type">]: WorkPoolCreate[K] | null;
};
export const WorkPoolUpdate = patch<WorkPoolUpdate>("WorkPoolUpdate", {
  description: optional(string()),
  is_paused: optional(boolean()),
  base_job_template: optional(template()),
  concurrency_limit: optional(integer({ ge: 0 })),
  storage_configuration: optional(WorkPoolStorageConfiguration),
});

export interface WorkPoolResponse extends WorkPoolCreate {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  /** Null for pools of the type that no worker serves. */
  status: WorkPoolStatus | null;
  default_queue_id: string | null;
  /** Runs that are submitted or running; null where no limit counts them. */
  active_slots: number | null;
}
export const WorkPoolResponse = model<WorkPoolResponse>("WorkPoolResponse", {
  ...identity,
  name: name(),
  description: optional(string()),
  type: string(),
  base_job_template: jsonObject().default(emptyObject),
  is_paused: boolean().default(false),
  concurrency_limit: optional(integer({ ge: 0 })),
  status: optional(WorkPoolStatus),
  default_queue_id: optional(uuid()),
  storage_configuration: WorkPoolStorageConfiguration.default(noStorage),
  active_slots: optional(integer()),
});

/** What holds the slots of a pool, queue by queue. */
export interface WorkPoolConcurrencyStatus {
  active_slots: number;
  concurrency_limit: number | null;
  queues: WorkQueueConcurrencyStatusDetail[];
  count: number;
  limit: number;
  pages: number;
  page: number;
}
export const WorkPoolConcurrencyStatus = model<WorkPoolConcurrencyStatus>("WorkPoolConcurrencyStatus", {
  active_slots: integer(),
  concurrency_limit: optional(integer()),
  queues: list(WorkQueueConcurrencyStatusDetail).default(() => []),
  count: integer(),
  limit: integer(),
  pages: integer(),
  page: integer(),
});
