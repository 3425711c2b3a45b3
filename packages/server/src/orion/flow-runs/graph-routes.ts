import { DependencyResult, Graph, list, nullable, timestamp, uuid } from "@praetor/wire";
import { reply, type Route, route } from "../../platform/http/index.ts";
import type { FlowRunDependencies } from "./dependencies.ts";
import { readDependencies } from "./dependency-graph.ts";
import { readGraph } from "./graph.ts";

const tag = "Flow Runs";
const byId = { id: uuid() };

export function graphRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "GET",
      path: "/flow_runs/{id}/graph-v2",
      permission: "see_flows",
      tag,
      summary: "Read the graph of a flow run",
      params: byId,
      query: { since: nullable(timestamp()).default(() => null) },
      answers: { 200: Graph },
      async handle({ params, query, context }) {
        const bounds = deps.settings.flowRunGraph;
        return reply(200, await readGraph(workspace(context.workspaceId), params.id, query.since, bounds));
      },
    }),
    route({
      method: "GET",
      path: "/flow_runs/{id}/graph",
      permission: "see_flows",
      tag,
      summary: "List the task runs of a flow run with those they depend on",
      params: byId,
      answers: { 200: list(DependencyResult) },
      async handle({ params, context }) {
        return reply(200, await readDependencies(workspace(context.workspaceId), params.id, deps.clock.now()));
      },
    }),
  ];
}
