import type { JsonText, StateType, Timestamp } from "@praetor/wire";
import { workspaceStatement } from "../../platform/database/index.ts";

export interface GraphedRun {
  readonly start_time: Timestamp | null;
  readonly end_time: Timestamp | null;
}

export const readGraphedRun = workspaceStatement<[id: string], GraphedRun>(
  "graph.read-run",
  "select coalesce(start_time, expected_start_time) as start_time, end_time from orion.flow_run where workspace_id = $1 and id = $2",
);

export interface GraphNodeRow {
  readonly task_run_id: string;
  readonly kind: "flow-run" | "task-run";
  readonly id: string;
  readonly label: string;
  readonly state_type: StateType;
  readonly start_time: Timestamp;
  readonly end_time: Timestamp | null;
  readonly task_inputs: JsonText;
}

/**
 * The nodes of a run's graph, one level deep: its task runs, those that stand for a subflow replaced by the subflow's
 * run. Edges are in `task_inputs`; they are joined outside, where a node's inputs are at hand without unfolding JSON in SQL.
 */
export const readGraphNodes = workspaceStatement<[flowRunId: string, most: number], GraphNodeRow>(
  "graph.read-nodes",
  `select * from (
    select
      task.id as task_run_id,
      case when child.id is null then 'task-run' else 'flow-run' end as kind,
      coalesce(child.id, task.id) as id,
      case when child.id is null then task.name else flow.name || ' / ' || child.name end as label,
      coalesce(child.state_type, task.state_type) as state_type,
      coalesce(child.start_time, child.expected_start_time, task.start_time, task.expected_start_time) as start_time,
      coalesce(child.end_time, task.end_time, case when task.state_type = 'COMPLETED' then task.expected_start_time end) as end_time,
      task.task_inputs
    from orion.task_run as task
    left join orion.flow_run as child on child.workspace_id = task.workspace_id and child.parent_task_run_id = task.id
    left join orion.flow as flow on flow.workspace_id = child.workspace_id and flow.id = child.flow_id
    where task.workspace_id = $1 and task.flow_run_id = $2
  ) as node
  where start_time is not null
  order by start_time, end_time limit $3`,
);

export interface GraphArtifactRow {
  readonly id: string;
  readonly created: Timestamp;
  readonly key: string | null;
  readonly type: string | null;
  readonly data: JsonText | null;
  readonly is_latest: boolean;
  readonly task_run_id: string | null;
}

/** The artifacts that a graph shows; only progress has its data told. */
export const readGraphArtifacts = workspaceStatement<[flowRunId: string, most: number], GraphArtifactRow>(
  "graph.read-artifacts",
  `select artifact.id, artifact.created, artifact.key, artifact.type, artifact.task_run_id,
    case when artifact.type = 'progress' then artifact.data end as data,
    artifact.key is null or collection.latest_id is not null as is_latest
  from orion.artifact as artifact
  left join orion.artifact_collection as collection
    on collection.workspace_id = artifact.workspace_id and collection.latest_id = artifact.id
  where artifact.workspace_id = $1 and artifact.flow_run_id = $2 and artifact.type <> 'result'
  order by artifact.created limit $3`,
);

export interface GraphStateRow {
  readonly id: string;
  readonly timestamp: Timestamp;
  readonly type: StateType;
  readonly name: string;
}

export const readGraphStates = workspaceStatement<[flowRunId: string], GraphStateRow>(
  "graph.read-states",
  `select id, timestamp, type, name from orion.flow_run_state where workspace_id = $1 and flow_run_id = $2 order by timestamp`,
);
