import type { FlowRunPolicy, TaskRunPolicy, Timestamp } from "@praetor/wire";
import type { State, StateType } from "./state.ts";

/*
 * What one read statement loads before a proposal is judged. The keys are columns under their own names, or short lists
 * of rows found through them. Only what is called live, free or unexpired depends on a clock, and that is the database's.
 */

/** Columns that every written state sets, of flow runs and task runs alike. Durations are seconds. */
export interface RunColumns {
  readonly state_id: string | null;
  readonly state_type: StateType | null;
  readonly state_name: string | null;
  readonly state_timestamp: Timestamp | null;
  readonly run_count: number;
  readonly expected_start_time: Timestamp | null;
  readonly next_scheduled_start_time: Timestamp | null;
  readonly start_time: Timestamp | null;
  readonly end_time: Timestamp | null;
  readonly total_run_time: number;
}

export interface FlowRunColumns extends RunColumns {
  /** A deprecated `max_retries` has been copied into `retries` when that was null or 0; so has its delay. */
  readonly empirical_policy: Readonly<FlowRunPolicy>;
}

export interface TaskRunColumns extends RunColumns {
  /** `run_count` of the flow run when this task run last entered RUNNING. */
  readonly flow_run_run_count: number;
}

/** A run that has had no state yet; the first one is judged against this. */
export const NO_STATE_YET: RunColumns = {
  state_id: null,
  state_type: null,
  state_name: null,
  state_timestamp: null,
  run_count: 0,
  expected_start_time: null,
  next_scheduled_start_time: null,
  start_time: null,
  end_time: null,
  total_run_time: 0,
};

/** The limit that a deployment's runs share: the row linked by `deployment.concurrency_limit_id`. */
export interface LimitFacts {
  readonly id: string;
  readonly active: boolean;
  readonly limit: number;
  /** `limit` less the slots held by live leases and by holders without a lease; may be negative after a lowering. */
  readonly free: number;
}

export interface DeploymentFacts {
  readonly id: string;
  readonly limit: LimitFacts | null;
  readonly concurrency_options: {
    readonly collision_strategy: "ENQUEUE" | "CANCEL_NEW";
    readonly grace_period_seconds: number | null;
  } | null;
}

/**
 * The slot of its deployment that a flow run holds: the lease named by the current state's
 * `deployment_concurrency_lease_id`, when its holder is this run. A run holds at most one.
 */
export interface LeaseFacts {
  readonly id: string;
  /** An expired lease holds no slot any more, whether or not its row has been removed. */
  readonly live: boolean;
}

/** A thing that an event names as related. */
export interface RelatedFacts {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** What the event of a flow run's transition tells about the things around the run. */
export interface FlowRunSurroundings {
  readonly flow: RelatedFacts | null;
  readonly deployment: RelatedFacts | null;
  readonly work_queue: Omit<RelatedFacts, "tags"> | null;
  readonly work_pool: (Omit<RelatedFacts, "tags"> & { readonly type: string }) | null;
  /** The task run that stands for this run in its parent. */
  readonly task_run: RelatedFacts | null;
  readonly created_by: { readonly id: string | null; readonly type: string; readonly display_value: string | null } | null;
}

export interface FlowRunFacts {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** Survives the deployment: `deployment` is null when the row is gone. */
  readonly deployment_id: string | null;
  readonly parent_task_run_id: string | null;
  readonly infrastructure_pid: string | null;
  readonly run: FlowRunColumns;
  /** The current state, data included. */
  readonly state: State | null;
  readonly deployment: DeploymentFacts | null;
  readonly lease: LeaseFacts | null;
  /** The row of `parent_task_run_id`, onto which every state of a subflow is copied. */
  readonly parent: TaskRunRow | null;
  /** FAILED task runs of the run; loaded only when `resetsFailedTaskRuns` asks for them, else empty. */
  readonly failed_task_runs: readonly TaskRunRow[];
  readonly surroundings: FlowRunSurroundings;
}

/** As much of a task run as a state forced upon it needs. */
export interface TaskRunRow {
  readonly id: string;
  readonly flow_run_id: string | null;
  readonly run: TaskRunColumns;
  readonly state: State | null;
  /** Unexpired leases on `tag:` limits whose holder is this task run. */
  readonly tag_lease_ids: readonly string[];
}

/** An active limit named `tag:` and one of the task run's tags. */
export interface TagLimitFacts extends LimitFacts {
  /** The bare tag. */
  readonly tag: string;
  /** Slots taken now, whoever holds them. */
  readonly active_slots: number;
  /** Seconds. */
  readonly avg_slot_occupancy_seconds: number;
}

export interface TaskRunFacts extends TaskRunRow {
  /** As with flow runs, deprecated fields have been copied into their successors. */
  readonly empirical_policy: Readonly<TaskRunPolicy>;
  /** The enclosing flow run; null when the task run has none. */
  readonly flow_run: {
    readonly id: string;
    readonly run_count: number;
    readonly state_type: StateType | null;
    /** From the flow run's current state. */
    readonly pause_timeout: Timestamp | null;
    readonly pause_reschedule: boolean;
  } | null;
  /** In order of tag; inactive limits are left out. */
  readonly tag_limits: readonly TagLimitFacts[];
  /**
   * The state that the newest live cache row of the proposal's `cache_key` points to; null when the proposal has no key,
   * asks for a refresh, or the row or its state is gone.
   */
  readonly cached: State | null;
}
