import { GlobalConcurrencyLimitResponse } from "./concurrency.ts";
import { optional } from "./filters.ts";
import { CreatedBy } from "./flow-runs.ts";
import { identity } from "./identity.ts";
import {
  boolean,
  enumeration,
  type Infer,
  integer,
  jsonObject,
  JsonText,
  kept,
  list,
  model,
  nullable,
  patch,
  type Prepare,
  prepared,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";
import { isTruthy } from "./kit/truth.ts";
import { type Labels, labels, noLabels } from "./labels.ts";
import { DeploymentSchedule, DeploymentScheduleCreate, DeploymentScheduleUpdate } from "./schedules.ts";

export const ConcurrencyLimitStrategy = enumeration("ConcurrencyLimitStrategy", ["ENQUEUE", "CANCEL_NEW"]);
export type ConcurrencyLimitStrategy = Infer<typeof ConcurrencyLimitStrategy>;

/** What happens to a run that finds its deployment's limit full, and how long a run may take to start. */
export interface ConcurrencyOptions {
  collision_strategy: ConcurrencyLimitStrategy;
  grace_period_seconds: number | null;
}
export const ConcurrencyOptions = model<ConcurrencyOptions>("ConcurrencyOptions", {
  collision_strategy: ConcurrencyLimitStrategy,
  grace_period_seconds: optional(integer({ ge: 60, le: 86_400 })),
});

/** Read and not kept: whatever else it says is taken too. */
export interface VersionInfo {
  type: string;
  version: string;
}
export const VersionInfo = model<VersionInfo>("VersionInfo", { type: string(), version: string() });

export type UpdatedBy = CreatedBy;
export const UpdatedBy = model<UpdatedBy>("UpdatedBy", {
  id: optional(uuid()),
  type: optional(string()),
  display_value: optional(string()),
});

export const DeploymentStatus = enumeration("DeploymentStatus", ["READY", "NOT_READY"]);
export type DeploymentStatus = Infer<typeof DeploymentStatus>;

export const DeploymentSort = enumeration("DeploymentSort", ["CREATED_DESC", "UPDATED_DESC", "NAME_ASC", "NAME_DESC"]);
export type DeploymentSort = Infer<typeof DeploymentSort>;

const OPEN = { extra: { additionalProperties: true } };
const emptyObject = () => new JsonText("{}");
const steps = () => optional(list(jsonObject()));

/** A deployment as it is answered. */
export interface DeploymentResponse {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  version: string | null;
  description: string | null;
  flow_id: string;
  paused: boolean;
  schedules: DeploymentSchedule[];
  /** Always null: `global_concurrency_limit` says more. */
  concurrency_limit: number | null;
  global_concurrency_limit: GlobalConcurrencyLimitResponse | null;
  concurrency_options: ConcurrencyOptions | null;
  job_variables: JsonText;
  parameters: JsonText;
  tags: string[];
  labels: Labels;
  work_queue_name: string | null;
  work_queue_id: string | null;
  last_polled: Timestamp | null;
  parameter_openapi_schema: JsonText | null;
  path: string | null;
  pull_steps: JsonText | null;
  entrypoint: string | null;
  storage_document_id: string | null;
  infrastructure_document_id: string | null;
  created_by: CreatedBy | null;
  updated_by: UpdatedBy | null;
  work_pool_name: string | null;
  status: DeploymentStatus | null;
  enforce_parameter_schema: boolean;
}
export const DeploymentResponse = model<DeploymentResponse>("DeploymentResponse", {
  ...identity,
  name: string(),
  version: optional(string()),
  description: optional(string()),
  flow_id: uuid(),
  paused: boolean().default(false),
  schedules: list(DeploymentSchedule).default(() => []),
  concurrency_limit: optional(integer()).with({ deprecated: true }),
  global_concurrency_limit: optional(GlobalConcurrencyLimitResponse),
  concurrency_options: optional(ConcurrencyOptions),
  job_variables: jsonObject().default(emptyObject),
  parameters: jsonObject().default(emptyObject),
  tags: list(string()).default(() => []),
  labels: labels().default(noLabels),
  work_queue_name: optional(string()),
  work_queue_id: optional(uuid()),
  last_polled: optional(timestamp()),
  parameter_openapi_schema: optional(jsonObject()).with(OPEN),
  path: optional(string()),
  pull_steps: optional(kept(list(jsonObject()))),
  entrypoint: optional(string()),
  storage_document_id: optional(uuid()),
  infrastructure_document_id: optional(uuid()),
  created_by: optional(CreatedBy),
  updated_by: optional(UpdatedBy),
  work_pool_name: optional(string()),
  status: nullable(DeploymentStatus).default("NOT_READY"),
  enforce_parameter_schema: boolean().default(true),
});

/** What a deployment is made of and can be changed in. */
interface DeploymentContent {
  version: string | null;
  description: string | null;
  paused: boolean;
  concurrency_limit: number | null;
  concurrency_options: ConcurrencyOptions | null;
  global_concurrency_limit_id: string | null;
  parameter_openapi_schema: JsonText | null;
  tags: string[];
  pull_steps: JsonText[] | null;
  work_queue_name: string | null;
  work_pool_name: string | null;
  storage_document_id: string | null;
  infrastructure_document_id: string | null;
  path: string | null;
  entrypoint: string | null;
  version_info: VersionInfo | null;
}
const version = optional(string());
const description = optional(string());
const paused = boolean().default(false);
const limits = {
  concurrency_limit: optional(integer({ gt: 0 })),
  concurrency_options: optional(ConcurrencyOptions),
  global_concurrency_limit_id: optional(uuid()),
};
const tags = list(string()).default(() => []);
const pull_steps = steps();
const place = { work_queue_name: optional(string()), work_pool_name: optional(string()) };
const documents = { storage_document_id: optional(uuid()), infrastructure_document_id: optional(uuid()) };
const path = optional(string());
const entrypoint = optional(string());
const version_info = optional(VersionInfo);

/** A schema of parameters; one that says nothing is the schema of no parameters. */
const parameterSchema = () => prepared(jsonObject(), openSchema);

function openSchema(input: unknown): unknown {
  const isEmpty = typeof input === "object" && input !== null && !Array.isArray(input) && Object.keys(input).length === 0;
  return isEmpty ? { type: "object", properties: {} } : input;
}

/** Keys that clients of long ago still send. */
const FORMER_KEYS = ["worker_pool_queue_id", "worker_pool_name", "worker_pool_queue_name", "work_pool_queue_name"];

const prepareDeployment: Prepare = (input, refuse) => {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const sent: Record<string, unknown> = { ...input };
  if (isTruthy(sent["concurrency_limit"]) && isTruthy(sent["global_concurrency_limit_id"])) {
    return refuse("A deployment cannot have both a concurrency limit and a global concurrency limit.");
  }
  for (const key of FORMER_KEYS) delete sent[key];
  return sent;
};

export interface DeploymentCreate extends DeploymentContent {
  name: string;
  flow_id: string;
  schedules: DeploymentScheduleCreate[];
  enforce_parameter_schema: boolean;
  parameters: JsonText;
  labels: Labels | null;
  job_variables: JsonText;
}
/** Only the keys that were sent: a deployment that exists keeps what is not among them. */
export type SentDeployment = Partial<DeploymentCreate> & Pick<DeploymentCreate, "name" | "flow_id">;
export const DeploymentCreate = patch<DeploymentCreate>(
  "DeploymentCreate",
  {
    name: string(),
    flow_id: uuid(),
    paused,
    schedules: list(DeploymentScheduleCreate).default(() => []),
    ...limits,
    enforce_parameter_schema: boolean().default(true),
    parameter_openapi_schema: nullable(parameterSchema())
      .default(() => new JsonText('{"type":"object","properties":{}}'))
      .with(OPEN),
    parameters: jsonObject().default(emptyObject),
    tags,
    labels: nullable(labels()).default(noLabels),
    pull_steps,
    ...place,
    ...documents,
    description,
    path,
    version,
    entrypoint,
    job_variables: jsonObject().default(emptyObject),
    version_info,
  },
  { prepare: prepareDeployment },
);

export interface DeploymentUpdate extends DeploymentContent {
  schedules: DeploymentScheduleUpdate[];
  enforce_parameter_schema: boolean | null;
  parameters: JsonText | null;
  job_variables: JsonText | null;
}
export const DeploymentUpdate = patch<DeploymentUpdate>(
  "DeploymentUpdate",
  {
    version,
    description,
    paused,
    schedules: list(DeploymentScheduleUpdate).default(() => []),
    ...limits,
    parameters: optional(jsonObject()),
    parameter_openapi_schema: optional(parameterSchema()),
    tags,
    ...place,
    path,
    job_variables: optional(jsonObject()),
    pull_steps,
    entrypoint,
    ...documents,
    enforce_parameter_schema: optional(boolean()),
    version_info,
  },
  { prepare: prepareDeployment },
);

export const DeploymentBulkDeleteResponse = model<{ deleted: string[] }>("DeploymentBulkDeleteResponse", {
  deleted: list(uuid()).default(() => []),
});
