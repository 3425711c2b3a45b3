import type { Graph, GraphArtifact, GraphNode, JsonText, Timestamp } from "@praetor/wire";
import { microseconds } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { apiError } from "../../platform/errors.ts";
import {
  type GraphArtifactRow,
  type GraphNodeRow,
  readGraphArtifacts,
  readGraphedRun,
  readGraphNodes,
  readGraphStates,
} from "./graph-queries.ts";

/** How much of a graph is shown at most; each is a setting of the same name. */
export interface GraphBounds {
  readonly maxNodes: number;
  readonly maxArtifacts: number;
}

/** The key of `task_inputs` that names the tasks a task ran inside of. */
const ENCAPSULATING = "__parents__";

interface Edges {
  readonly parents: string[];
  readonly encapsulating: string[];
}

function idsOf(items: unknown): string[] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) =>
    typeof item === "object" && item !== null && "id" in item && typeof item.id === "string" ? [item.id] : [],
  );
}

/** What a node's inputs say: the nodes it waited for, and those it ran inside of. */
function edgesOf({ task_inputs }: GraphNodeRow): Edges {
  const inputs = Object.entries(task_inputs.value() ?? {});
  const encapsulating = inputs.filter(([key]) => key === ENCAPSULATING).flatMap(([, items]) => idsOf(items));
  const parents = inputs.filter(([key]) => key !== ENCAPSULATING).flatMap(([, items]) => idsOf(items));
  return { parents: [...new Set(parents)], encapsulating: [...new Set(encapsulating)] };
}

/** Every run that the inputs name, once. */
export function idsOfInputs(inputs: JsonText): string[] {
  return [...new Set(Object.values(inputs.value() ?? {}).flatMap(idsOf))];
}

function artifactOf({ id, created, key, type, data, is_latest }: GraphArtifactRow): GraphArtifact {
  return { id, created, key, type, is_latest, data };
}

/** Nodes with their edges both ways. An input that names a subflow's tracking task means the subflow. */
function connect(rows: readonly GraphNodeRow[], artifacts: ReadonlyMap<string | null, GraphArtifactRow[]>): GraphNode[] {
  const nodeOfTask = new Map(rows.map((row) => [row.task_run_id, row.id]));
  const known = new Set(rows.map(({ id }) => id));
  const resolve = (ids: readonly string[]) =>
    [...new Set(ids.map((id) => nodeOfTask.get(id) ?? id))].filter((id) => known.has(id));
  const edges = rows.map((row) => {
    const { parents, encapsulating } = edgesOf(row);
    return { parents: resolve(parents), encapsulating: resolve(encapsulating) };
  });
  const children = new Map<string, string[]>(rows.map(({ id }) => [id, []]));
  for (const [index, { parents }] of edges.entries()) {
    const id = rows[index]?.id;
    if (id !== undefined) for (const parent of parents) children.get(parent)?.push(id);
  }
  return rows.map(({ task_run_id, kind, id, label, state_type, start_time, end_time }, index) => ({
    kind,
    id,
    label,
    state_type,
    start_time,
    end_time,
    parents: asEdges(edges[index]?.parents),
    children: asEdges(children.get(id)),
    encapsulating: asEdges(edges[index]?.encapsulating),
    artifacts: (artifacts.get(task_run_id) ?? []).map(artifactOf),
  }));
}

const asEdges = (ids: readonly string[] | undefined) => (ids ?? []).map((id) => ({ id }));

function isSince(since: Timestamp | null, { end_time }: GraphNode): boolean {
  return since === null || end_time === null || microseconds(end_time) >= microseconds(since);
}

/**
 * The graph of a run, one level deep. `since` leaves out nodes that had ended before; edges are of the whole.
 * @throws ApiError `flow_run_missing`, `flow_run_graph_too_large`
 */
export async function readGraph(
  database: WorkspaceDatabase,
  id: string,
  since: Timestamp | null,
  bounds: GraphBounds,
): Promise<Graph> {
  const [run, rows, artifacts, states] = await Promise.all([
    database.first(readGraphedRun, id),
    database.all(readGraphNodes, id, bounds.maxNodes + 1),
    database.all(readGraphArtifacts, id, bounds.maxArtifacts),
    database.all(readGraphStates, id),
  ]);
  if (run === undefined) throw apiError("flow_run_missing", `Flow run ${id} not found`);
  if (rows.length > bounds.maxNodes) {
    throw apiError("flow_run_graph_too_large", `The graph of flow run ${id} has more than ${bounds.maxNodes} nodes.`);
  }
  const nodes = connect(
    rows,
    Map.groupBy(artifacts, ({ task_run_id }) => task_run_id),
  );
  const shown = nodes.filter((node) => isSince(since, node));
  return {
    start_time: run.start_time,
    end_time: run.end_time,
    root_node_ids: shown.filter(({ parents }) => parents.length === 0).map((node) => node.id),
    nodes: shown.map((node) => [node.id, node] as const),
    artifacts: artifacts.filter(({ task_run_id }) => task_run_id === null).map(artifactOf),
    states,
  };
}
