import { expect } from "vitest";
import type { Api, Graph, GraphNode, TaskRun } from "../harness/api.ts";
import { eventually } from "../harness/eventually.ts";
import { guarded, older, plain, played, type Group } from "../harness/group.ts";

interface Ran<Result> {
  readonly result: Result;
  readonly flow_run_id: string;
}

/** The task runs of a flow run, once as many as expected have completed. */
const completed = (api: Api, flowRun: string, count: number): Promise<TaskRun[]> =>
  eventually(
    () => api.taskRunsOf(flowRun),
    (rows) => rows.filter((row) => row.state_type === "COMPLETED").length >= count,
  );

const nodesOf = (graph: Graph): GraphNode[] => graph.nodes.map(([, node]) => node);
const sorted = (runs: readonly (TaskRun | undefined)[]): string[] => runs.map((run) => run?.id ?? "").sort();
/** Each once: a node stands among the parents for every input that comes from it. */
const ids = (nodes: readonly { readonly id: string }[]): string[] => [...new Set(nodes.map((node) => node.id))].sort();

function nodeOf(graph: Graph, taskRun: TaskRun | undefined): GraphNode {
  const node = nodesOf(graph).find(({ id }) => id === taskRun?.id);
  if (!node) throw new Error(`no node for ${taskRun?.name}`);
  return node;
}

export const composition: Group = {
  title: "Composition",
  flows: "composition.py",
  stages: [plain, older, guarded],
  scenarios: {
    submit: played<Ran<number>>("futures: what waits for what is in the task inputs and in the graph", async (seen, { api }) => {
      expect(seen.result).toBe(3);
      const runs = await completed(api, seen.flow_run_id, 3);
      const named = (name: string) => runs.find((run) => run.name.startsWith(name));
      const [first, second, third] = [named("one"), named("add"), named("last")];
      expect(second?.task_inputs).toMatchObject({ left: [{ input_type: "task_run", id: first?.id }], right: [] });
      expect(third?.task_inputs).toMatchObject({ total: [{ id: second?.id }], wait_for: [{ id: first?.id }] });
      const graph = await api.graph(seen.flow_run_id);
      expect(graph.root_node_ids).toEqual([first?.id]);
      expect(ids(nodeOf(graph, second).parents)).toEqual([first?.id]);
      expect(ids(nodeOf(graph, third).parents)).toEqual(sorted([first, second]));
      expect(ids(nodeOf(graph, first).children)).toEqual(sorted([second, third]));
      expect(graph.states.map((state) => state.type)).toEqual(["PENDING", "RUNNING", "COMPLETED"]);
    }),

    map_two_hundred: played<Ran<number>>(
      "map over 200 items in a thread pool: all recorded, all in the graph",
      async (seen, { api }) => {
        expect(seen.result).toBe(2_646_700);
        const count = () =>
          api.post<number>("/task_runs/count", {
            task_runs: { flow_run_id: { any_: [seen.flow_run_id] }, state: { type: { any_: ["COMPLETED"] } } },
          });
        expect(await eventually(count, (rows) => rows >= 201)).toBe(201);
        const graph = await api.graph(seen.flow_run_id);
        expect(graph.nodes).toHaveLength(201);
        const total = nodesOf(graph).find((node) => node.label.startsWith("total"));
        expect(total?.parents).toHaveLength(200);
        expect(graph.root_node_ids).toHaveLength(200);
        expect(nodesOf(graph).every((node) => node.state_type === "COMPLETED")).toBe(true);
        const squares = await api.taskRuns({ flow_run_id: { any_: [seen.flow_run_id] }, name: { like_: "square-" } });
        expect(new Set(squares.map((run) => run.dynamic_key)).size).toBe(200);
      },
    ),

    async_submit: played<Ran<number>>("asynchronous tasks submitted from an asynchronous flow", async (seen, { api }) => {
      expect(seen.result).toBe(100);
      expect(await completed(api, seen.flow_run_id, 5)).toHaveLength(5);
    }),

    nested_flows: played<{ result: number; runs: string[] }>(
      "flows three deep, each below the task run that stands for it",
      async (seen, { api }) => {
        expect(seen.result).toBe(110);
        const [parent, child, grandchild] = await Promise.all(seen.runs.map((id) => api.flowRun(id)));
        expect(parent?.parent_task_run_id).toBeNull();
        for (const [above, below] of [
          [parent, child],
          [child, grandchild],
        ] as const) {
          const [stand] = await api.taskRuns({ id: { any_: [below?.parent_task_run_id ?? ""] } });
          expect(stand).toMatchObject({
            flow_run_id: above?.id,
            state_type: "COMPLETED",
            state: { state_details: { child_flow_run_id: below?.id } },
          });
          const node = nodesOf(await api.graph(above?.id ?? "")).find(({ kind }) => kind === "flow-run");
          expect(node).toMatchObject({
            id: below?.id,
            label: expect.stringMatching(`^composition-.* / ${below?.name}$`),
            state_type: "COMPLETED",
          });
          expect(await api.flowRuns({ parent_flow_run_id: { any_: [above?.id] } })).toMatchObject([{ id: below?.id }]);
        }
        expect((await completed(api, grandchild?.id ?? "", 1)).map((run) => run.name.slice(0, 4))).toEqual(["add-"]);
      },
    ),

    concurrent_subflows: played<Ran<number[]>>("three subflows at once, asynchronous", async (seen, { api }) => {
      expect(seen.result).toEqual([0, 1, 8]);
      const stands = await api.taskRunsOf(seen.flow_run_id);
      expect(stands.map((run) => run.state_type)).toEqual(["COMPLETED", "COMPLETED", "COMPLETED"]);
      const children = await api.flowRuns({ parent_flow_run_id: { any_: [seen.flow_run_id] } });
      expect(new Set(ids(children))).toEqual(new Set(stands.map((run) => run.state.state_details.child_flow_run_id)));
      expect(new Set(children.map((run) => run.parameters["number"]))).toEqual(new Set([0, 1, 2]));
    }),

    visible_at_once: played<{ seconds: number }>("a task run is found while its flow still runs", async (seen) => {
      // The client's own part is some tenths of a second; the bound leaves room for a machine that does other things.
      expect(seen.seconds).toBeLessThan(5);
    }),

    tasks_in_tasks: played<Ran<number>>("tasks called by a task are encapsulated by it", async (seen, { api }) => {
      expect(seen.result).toBe(4);
      const runs = await completed(api, seen.flow_run_id, 3);
      const outer = runs.find((run) => run.name.startsWith("outer"));
      const inner = runs.filter((run) => run.name.startsWith("inner"));
      expect(inner).toHaveLength(2);
      const graph = await api.graph(seen.flow_run_id);
      for (const run of inner) expect(ids(nodeOf(graph, run).encapsulating)).toEqual([outer?.id]);
      expect(nodeOf(graph, outer).encapsulating).toEqual([]);
    }),
  },
};
