import { identity } from "./identity.ts";
import {
  boolean,
  integer,
  jsonObject,
  JsonText,
  list,
  model,
  nullable,
  number,
  patch,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";
import { type Labels, labels, noLabels } from "./labels.ts";
import { changedRunName, runName } from "./run-name.ts";
import { FlowRunPolicy, noFlowRunPolicy } from "./run-policies.ts";
import { type OrchestrationResult, SetStateStatus, State, StateCreate, StateResponseDetails, StateType } from "./states.ts";

export interface CreatedBy {
  id: string | null;
  type: string | null;
  display_value: string | null;
}
export const CreatedBy = model<CreatedBy>("CreatedBy", {
  id: nullable(uuid()).default(null),
  type: nullable(string()).default(null),
  display_value: nullable(string()).default(null),
});

const emptyObject = () => new JsonText("{}");

/** A flow run by itself, without the pool of its queue. Durations are seconds. */
export interface FlowRun {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  flow_id: string;
  state_id: string | null;
  deployment_id: string | null;
  deployment_version: string | null;
  work_queue_id: string | null;
  work_queue_name: string | null;
  flow_version: string | null;
  parameters: JsonText;
  idempotency_key: string | null;
  context: JsonText;
  empirical_policy: FlowRunPolicy;
  tags: string[];
  labels: Labels | null;
  parent_task_run_id: string | null;
  state_type: StateType | null;
  state_name: string | null;
  run_count: number;
  expected_start_time: Timestamp | null;
  next_scheduled_start_time: Timestamp | null;
  start_time: Timestamp | null;
  end_time: Timestamp | null;
  total_run_time: number;
  estimated_run_time: number;
  estimated_start_time_delta: number;
  auto_scheduled: boolean;
  infrastructure_document_id: string | null;
  infrastructure_pid: string | null;
  created_by: CreatedBy | null;
  state: State | null;
  job_variables: JsonText | null;
}
const flowRun = {
  ...identity,
  name: string().default(() => ""),
  flow_id: uuid(),
  state_id: nullable(uuid()).default(null),
  deployment_id: nullable(uuid()).default(null),
  deployment_version: nullable(string()).default(null),
  work_queue_id: nullable(uuid()).default(null),
  work_queue_name: nullable(string()).default(null),
  flow_version: nullable(string()).default(null),
  parameters: jsonObject().default(emptyObject),
  idempotency_key: nullable(string()).default(null),
  context: jsonObject().default(emptyObject),
  empirical_policy: FlowRunPolicy.default(noFlowRunPolicy),
  tags: list(string()).default(() => []),
  labels: labels().default(noLabels),
  parent_task_run_id: nullable(uuid()).default(null),
  state_type: nullable(StateType).default(null),
  state_name: nullable(string()).default(null),
  run_count: integer().default(0),
  expected_start_time: nullable(timestamp()).default(null),
  next_scheduled_start_time: nullable(timestamp()).default(null),
  start_time: nullable(timestamp()).default(null),
  end_time: nullable(timestamp()).default(null),
  total_run_time: number().default(0),
  estimated_run_time: number().default(0),
  estimated_start_time_delta: number().default(0),
  auto_scheduled: boolean().default(false),
  infrastructure_document_id: nullable(uuid()).default(null),
  infrastructure_pid: nullable(string()).default(null),
  created_by: nullable(CreatedBy).default(null),
  state: nullable(State).default(null),
  job_variables: nullable(jsonObject()).default(null),
};
export const FlowRun = model<FlowRun>("FlowRun", { ...flowRun, labels: nullable(labels()).default(noLabels) });

/** A flow run as it is answered. */
export interface FlowRunResponse extends FlowRun {
  labels: Labels;
  work_pool_id: string | null;
  work_pool_name: string | null;
}
export const FlowRunResponse = model<FlowRunResponse>("FlowRunResponse", {
  ...flowRun,
  work_pool_id: nullable(uuid()).default(null),
  work_pool_name: nullable(string()).default(null),
});

export interface FlowRunCreate {
  state: StateCreate | null;
  /** Empty or null asks for a generated name. */
  name: string | null;
  flow_id: string;
  flow_version: string | null;
  parameters: JsonText;
  context: JsonText;
  parent_task_run_id: string | null;
  infrastructure_document_id: string | null;
  empirical_policy: FlowRunPolicy;
  tags: string[];
  labels: Labels | null;
  idempotency_key: string | null;
  work_pool_name: string | null;
  work_queue_name: string | null;
  job_variables: JsonText | null;
  deployment_id: string | null;
}
/** The most that a run's parameters may weigh as JSON, in bytes, unless an operator set another limit. */
export const MAXIMUM_PARAMETER_BYTES = 524_288;

export const FlowRunCreate = model<FlowRunCreate>(
  "FlowRunCreate",
  {
    state: nullable(StateCreate).default(null),
    name: runName(),
    flow_id: uuid(),
    flow_version: nullable(string()).default(null),
    parameters: jsonObject().default(emptyObject),
    context: jsonObject().default(emptyObject),
    parent_task_run_id: nullable(uuid()).default(null),
    infrastructure_document_id: nullable(uuid()).default(null),
    empirical_policy: FlowRunPolicy.default(noFlowRunPolicy),
    tags: list(string()).default(() => []),
    labels: nullable(labels()).default(noLabels),
    idempotency_key: nullable(string()).default(null),
    work_pool_name: nullable(string()).default(null),
    work_queue_name: nullable(string()).default(null),
    job_variables: nullable(jsonObject()).default(null),
    deployment_id: nullable(uuid()).default(null).with({ deprecated: true }),
  },
  { extra: "forbid" },
);

export interface FlowRunUpdate {
  name: string | null;
  flow_version: string | null;
  parameters: JsonText;
  empirical_policy: FlowRunPolicy;
  tags: string[];
  infrastructure_pid: string | null;
  job_variables: JsonText | null;
}
export const FlowRunUpdate = patch<FlowRunUpdate>("FlowRunUpdate", {
  name: changedRunName(),
  flow_version: nullable(string()).default(null),
  parameters: jsonObject().default(emptyObject),
  empirical_policy: FlowRunPolicy.default(noFlowRunPolicy),
  tags: list(string()).default(() => []),
  infrastructure_pid: nullable(string()).default(null),
  job_variables: nullable(jsonObject()).default(null),
});

export interface FlowRunOrchestrationResult extends OrchestrationResult {
  flow_run_id: string;
}

/** One bucket of a history: the runs expected in it, by state. Sums are seconds. */
export interface HistoryResponseState {
  state_type: StateType;
  state_name: string;
  count_runs: number;
  sum_estimated_run_time: number;
  sum_estimated_lateness: number;
}
export interface HistoryResponse {
  interval_start: Timestamp;
  interval_end: Timestamp;
  states: HistoryResponseState[];
}
export const HistoryResponse = model<HistoryResponse>("HistoryResponse", {
  interval_start: timestamp(),
  interval_end: timestamp(),
  states: list(
    model<HistoryResponseState>("HistoryResponseState", {
      state_type: StateType,
      state_name: string(),
      count_runs: integer(),
      sum_estimated_run_time: number(),
      sum_estimated_lateness: number(),
    }),
  ),
});

export const FlowRunOrchestrationResult = model<FlowRunOrchestrationResult>("FlowRunOrchestrationResult", {
  flow_run_id: uuid(),
  status: SetStateStatus,
  state: nullable(State).default(null),
  details: StateResponseDetails,
});
export const FlowRunBulkSetStateResponse = model<{ results: FlowRunOrchestrationResult[] }>("FlowRunBulkSetStateResponse", {
  results: list(FlowRunOrchestrationResult).default(() => []),
});
export const FlowRunBulkDeleteResponse = model<{ deleted: string[] }>("FlowRunBulkDeleteResponse", {
  deleted: list(uuid()).default(() => []),
});
