import { FlowRunExplanation, uuid } from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { explain } from "./explain.ts";
import { readFacts, readHolders } from "./facts.ts";

/** Why a run is late. */
export function explanationRoutes(deps: Dependencies): Route[] {
  return [
    route({
      method: "GET",
      path: "/flow_runs/{id}/why",
      permission: "see_flows",
      tag: "Flow Runs",
      summary: "Tell why a flow run does not run",
      params: { id: uuid() },
      answers: { 200: FlowRunExplanation },
      async handle({ params, context }) {
        const database = deps.databases.orion.workspace(context.workspaceId);
        const facts = await database.first(readFacts, params.id);
        if (facts === undefined) throw apiError("flow_run_not_found");
        const { queue_id, pool_id, limit_id } = facts;
        const holders = facts.state_type === "SCHEDULED" ? await database.all(readHolders, queue_id, pool_id, limit_id) : [];
        return reply(200, explain(facts, holders, deps.clock.now()));
      },
    }),
  ];
}
