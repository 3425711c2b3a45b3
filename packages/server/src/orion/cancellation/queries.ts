import type { Timestamp } from "@praetor/wire";
import { systemStatement, workspaceStatement } from "../../platform/database/index.ts";

/** A run that a pass deals with, as it was seen. */
export interface SeenRun {
  readonly workspace_id: string;
  readonly id: string;
  readonly state_id: string;
}

export const readStuck = systemStatement<[before: Timestamp, limit: number], SeenRun>(
  "cancellation.read-stuck",
  `select workspace_id, id, state_id from orion.flow_run
  where cancelling_since <= $1 order by cancelling_since limit $2`,
);

/** Cancelled runs that may have left something running, from `after` on in the order of their cancellation. */
export const readUnswept = systemStatement<[after: Timestamp, limit: number], SeenRun & { readonly since: Timestamp }>(
  "cancellation.read-unswept",
  `select workspace_id, id, state_id, unswept_since as since from orion.flow_run
  where unswept_since is not null and unswept_since > $1 order by unswept_since limit $2`,
);

/** Something of a cancelled run that has not ended. */
export interface Remnant {
  readonly kind: "task" | "subflow";
  readonly id: string;
  readonly state_id: string | null;
  /** Of the run that it is part of. */
  readonly parent_id: string;
  /** A subflow with a process of its own, which is not being ended yet. */
  readonly deployed: boolean;
}

/** Task runs and subflows of these runs that have not ended, of each run some. A subflow that is being cancelled is on its way. */
export const readRemnants = workspaceStatement<[parents: readonly string[], ofEach: number], Remnant>(
  "cancellation.read-remnants",
  `select left_over.*, parent.id as parent_id
  from unnest($2::uuid[]) as parent(id)
  cross join lateral ((
    select 'subflow' as kind, run.id, run.state_id, run.deployment_id is not null as deployed
    from orion.task_run as task
    join orion.flow_run as run on run.workspace_id = $1 and run.parent_task_run_id = task.id
    where task.workspace_id = $1 and task.flow_run_id = parent.id
      and run.state_type in ('PENDING', 'SCHEDULED', 'RUNNING', 'PAUSED')
    limit $3
  ) union all (
    select 'task', task.id, task.state_id, false from orion.task_run as task
    where task.workspace_id = $1 and task.flow_run_id = parent.id
      and task.state_type not in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
      and not exists (
        select from orion.flow_run as child where child.workspace_id = $1 and child.parent_task_run_id = task.id)
    limit $3
  )) as left_over`,
  { alone: true },
);

/** Notes that nothing of these runs is left to be ended. */
export const markSwept = workspaceStatement<[ids: readonly string[], states: readonly string[]], unknown>(
  "cancellation.mark-swept",
  `update orion.flow_run as run set swept_state_id = run.state_id
  from unnest($2::uuid[], $3::uuid[]) as swept(id, state_id)
  where run.workspace_id = $1 and run.id = swept.id and run.state_id = swept.state_id`,
);
