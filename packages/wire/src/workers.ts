import { criteria, membership, type Membership, Operator, optional, type TimeRange, timeRange } from "./filters.ts";
import { FlowRun } from "./flow-runs.ts";
import { identity } from "./identity.ts";
import { enumeration, type Infer, integer, list, model, string, type Timestamp, timestamp, uuid } from "./kit/index.ts";

/** Whether a worker's heartbeat was heard lately. */
export const WorkerStatus = enumeration("WorkerStatus", ["ONLINE", "OFFLINE"]);
export type WorkerStatus = Infer<typeof WorkerStatus>;

export interface WorkerFilter {
  operator: Operator;
  last_heartbeat_time: TimeRange | null;
  status: Membership<WorkerStatus> | null;
}
export const WorkerFilter = criteria<WorkerFilter>("WorkerFilter", {
  operator: Operator.default("and_"),
  last_heartbeat_time: optional(timeRange("WorkerFilterLastHeartbeatTime")),
  status: optional(membership("WorkerFilterStatus", WorkerStatus)),
});

export interface WorkerResponse {
  id: string;
  created: Timestamp | null;
  updated: Timestamp | null;
  name: string;
  work_pool_id: string;
  last_heartbeat_time: Timestamp | null;
  heartbeat_interval_seconds: number | null;
  status: WorkerStatus;
}
export const WorkerResponse = model<WorkerResponse>("WorkerResponse", {
  ...identity,
  name: string(),
  work_pool_id: uuid(),
  last_heartbeat_time: optional(timestamp()),
  heartbeat_interval_seconds: optional(integer()),
  status: WorkerStatus.default("OFFLINE"),
});

/** A run that a worker may submit. */
export interface WorkerFlowRunResponse {
  work_pool_id: string;
  work_queue_id: string;
  flow_run: FlowRun;
}
export const WorkerFlowRunResponse = model<WorkerFlowRunResponse>("WorkerFlowRunResponse", {
  work_pool_id: uuid(),
  work_queue_id: uuid(),
  flow_run: FlowRun,
});

/** Which tasks a task worker must serve, one of them at least, to be listed. */
export interface TaskWorkerFilter {
  task_keys: string[];
}
export const TaskWorkerFilter = model<TaskWorkerFilter>("TaskWorkerFilter", { task_keys: list(string()) });

/** A task worker that is connected. */
export interface TaskWorkerResponse {
  identifier: string;
  task_keys: string[];
  timestamp: Timestamp;
}
export const TaskWorkerResponse = model<TaskWorkerResponse>("TaskWorkerResponse", {
  identifier: string(),
  task_keys: list(string()),
  timestamp: timestamp(),
});
