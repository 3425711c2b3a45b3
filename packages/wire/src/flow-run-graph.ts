import {
  boolean,
  duration,
  json,
  JsonText,
  list,
  literal,
  model,
  nullable,
  tuple,
  string,
  type Timestamp,
  timestamp,
  uuid,
} from "./kit/index.ts";
import { State, StateType } from "./states.ts";
import { TaskRunResult } from "./task-runs.ts";

export interface Edge {
  id: string;
}
export const Edge = model<Edge>("Edge", { id: uuid() });

export interface GraphState {
  id: string;
  timestamp: Timestamp;
  type: StateType;
  name: string;
}
export const GraphState = model<GraphState>("GraphState", {
  id: uuid(),
  timestamp: timestamp(),
  type: StateType,
  name: string(),
});

export interface GraphArtifact {
  id: string;
  created: Timestamp;
  key: string | null;
  type: string | null;
  is_latest: boolean;
  data: JsonText | null;
}
export const GraphArtifact = model<GraphArtifact>("GraphArtifact", {
  id: uuid(),
  created: timestamp(),
  key: nullable(string()),
  type: nullable(string()),
  is_latest: boolean(),
  data: nullable(json()),
});

/** A task run, or a subflow's run in the place of the task run that stands for it. */
export interface GraphNode {
  kind: "flow-run" | "task-run";
  id: string;
  label: string;
  state_type: StateType;
  start_time: Timestamp;
  end_time: Timestamp | null;
  parents: Edge[];
  children: Edge[];
  encapsulating: Edge[];
  artifacts: GraphArtifact[];
}
export const GraphNode = model<GraphNode>("Node", {
  kind: literal("flow-run", "task-run"),
  id: uuid(),
  label: string(),
  state_type: StateType,
  start_time: timestamp(),
  end_time: nullable(timestamp()),
  parents: list(Edge),
  children: list(Edge),
  encapsulating: list(Edge),
  artifacts: list(GraphArtifact),
});

export interface Graph {
  start_time: Timestamp | null;
  end_time: Timestamp | null;
  root_node_ids: string[];
  nodes: (readonly [string, GraphNode])[];
  artifacts: GraphArtifact[];
  states: GraphState[];
}
export const Graph = model<Graph>("Graph", {
  start_time: nullable(timestamp()),
  end_time: nullable(timestamp()),
  root_node_ids: list(uuid()),
  nodes: list(tuple([uuid(), GraphNode])),
  artifacts: list(GraphArtifact),
  states: list(GraphState),
});

/** A task run with the task runs that its inputs came from: the older form of the graph. */
export interface DependencyResult {
  id: string;
  name: string;
  upstream_dependencies: { input_type: "task_run"; id: string }[];
  state: State | null;
  expected_start_time: Timestamp | null;
  start_time: Timestamp | null;
  end_time: Timestamp | null;
  total_run_time: number | null;
  estimated_run_time: number | null;
  untrackable_result: boolean;
}
export const DependencyResult = model<DependencyResult>("DependencyResult", {
  id: uuid(),
  name: string(),
  upstream_dependencies: list(TaskRunResult),
  state: nullable(State),
  expected_start_time: nullable(timestamp()),
  start_time: nullable(timestamp()),
  end_time: nullable(timestamp()),
  total_run_time: nullable(duration()),
  estimated_run_time: nullable(duration()),
  untrackable_result: boolean(),
});
