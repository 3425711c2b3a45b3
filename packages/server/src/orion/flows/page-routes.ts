import { countsById, list, map, nullable, parts, SimpleNextFlowRun, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { countDeployments, readNextRuns } from "./page-queries.ts";

const tag = "Flows";
const flowIds = parts({ flow_ids: list(uuid()) });

/** What pages of flows show beside the flows themselves. */
export function flowPageRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/ui/flows/count-deployments",
      permission: "see_deployments",
      tag,
      summary: "Count the deployments of flows",
      body: flowIds,
      answers: { 200: countsById() },
      async handle({ body, context }) {
        const rows = await workspace(context.workspaceId).all(countDeployments, body.flow_ids);
        const counts = new Map(rows.map(({ id, count }) => [id, count]));
        return reply(200, Object.fromEntries(body.flow_ids.map((id) => [id, counts.get(id) ?? 0])));
      },
    }),
    route({
      method: "POST",
      path: "/ui/flows/next-runs",
      permission: "see_flows",
      tag,
      summary: "Read the next run of each flow",
      body: flowIds,
      answers: { 200: map(nullable(SimpleNextFlowRun), uuid()) },
      async handle({ body, context }) {
        const rows = await workspace(context.workspaceId).all(readNextRuns, body.flow_ids);
        const next = new Map(rows.map((run) => [run.flow_id, run]));
        return reply(200, Object.fromEntries(body.flow_ids.map((id) => [id, next.get(id) ?? null])));
      },
    }),
  ];
}
