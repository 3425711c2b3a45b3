import {
  DeploymentFilter,
  FlowFilter,
  FlowRunFilter,
  nullable,
  number,
  optional,
  TaskRunFilter,
  timestamp,
  WorkPoolFilter,
  WorkQueueFilter,
} from "@praetor/wire";

/** The filters that every list of flow runs takes. */
export const runFilters = {
  flows: optional(FlowFilter),
  flow_runs: optional(FlowRunFilter),
  task_runs: optional(TaskRunFilter),
  deployments: optional(DeploymentFilter),
  work_pools: optional(WorkPoolFilter),
  work_pool_queues: optional(WorkQueueFilter),
};

/** What a list of task runs takes: queues and pools are not among it. */
export const taskRunFilters = {
  flows: optional(FlowFilter),
  flow_runs: optional(FlowRunFilter),
  task_runs: optional(TaskRunFilter),
  deployments: optional(DeploymentFilter),
};

export const historyRange = {
  history_start: timestamp(),
  history_end: timestamp(),
  history_interval_seconds: number(),
};

export const lateness = nullable(number());
