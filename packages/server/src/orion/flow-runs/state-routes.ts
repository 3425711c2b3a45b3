import {
  boolean,
  FlowRunBulkSetStateResponse,
  FlowRunFilter,
  integer,
  jsonObject,
  list,
  nullable,
  optional,
  OrchestrationResult,
  parts,
  State,
  StateCreate,
  uuid,
} from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { reply, type Route, route } from "../../platform/http/index.ts";
import { answer, httpStatus, propose, stateOf } from "../states/index.ts";
import { proposeToMany } from "./bulk.ts";
import type { FlowRunDependencies } from "./dependencies.ts";
import { proposerOf } from "./proposer.ts";
import { resume } from "./resume.ts";
import { readFlowRunState, readFlowRunStates } from "./state-queries.ts";

const tag = "Flow Runs";
const byId = { id: uuid() };
const listOfStates = list(State);
const force = boolean().default(false);

export function stateRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/flow_runs/{id}/set_state",
      permission: "run_flows",
      tag,
      summary: "Propose a state for a flow run",
      params: byId,
      body: parts({ state: StateCreate, force }),
      answers: { 200: OrchestrationResult, 201: OrchestrationResult },
      async handle({ params, body, context }) {
        const verdict = await deps.orchestrator.flowRun({
          workspaceId: context.workspaceId,
          runId: params.id,
          state: propose(body.state, deps.clock.now()),
          force: body.force,
          proposer: proposerOf(context),
        });
        return reply(httpStatus(verdict), answer(verdict));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/{id}/resume",
      permission: "run_flows",
      tag,
      summary: "Let a paused flow run go on",
      params: byId,
      body: parts({ run_input: nullable(jsonObject()).default(null) }),
      answers: { 200: OrchestrationResult, 201: OrchestrationResult },
      async handle({ params, body, context }) {
        const asked = {
          workspaceId: context.workspaceId,
          runId: params.id,
          input: body.run_input,
          proposer: proposerOf(context),
        };
        const verdict = await resume(deps, workspace(context.workspaceId), deps.orchestrator, asked);
        return reply(httpStatus(verdict), answer(verdict));
      },
    }),
    route({
      method: "POST",
      path: "/flow_runs/bulk_set_state",
      permission: "run_flows",
      tag,
      summary: "Propose a state for every flow run that matches",
      body: parts({
        flow_runs: optional(FlowRunFilter),
        state: StateCreate,
        force,
        limit: integer({ ge: 1, le: 50 }).default(50),
      }),
      answers: { 200: FlowRunBulkSetStateResponse },
      async handle({ body, context }) {
        const results = await proposeToMany(workspace(context.workspaceId), deps.orchestrator, {
          workspaceId: context.workspaceId,
          filters: { flow_runs: body.flow_runs },
          limit: body.limit,
          state: propose(body.state, deps.clock.now()),
          force: body.force,
          proposer: proposerOf(context),
        });
        return reply(200, { results });
      },
    }),
    route({
      method: "GET",
      path: "/flow_run_states/{id}",
      permission: "see_flows",
      tag: "Flow Run States",
      summary: "Read a state of a flow run",
      params: byId,
      answers: { 200: State },
      async handle({ params, context }) {
        const row = await workspace(context.workspaceId).first(readFlowRunState, params.id);
        const state = row === undefined ? null : stateOf(row);
        if (state === null) throw apiError("flow_run_state_not_found");
        return reply(200, state);
      },
    }),
    route({
      method: "GET",
      path: "/flow_run_states/",
      permission: "see_flows",
      tag: "Flow Run States",
      summary: "List the states of a flow run, oldest first",
      query: { flow_run_id: uuid() },
      answers: { 200: listOfStates },
      async handle({ query, context }) {
        const rows = await workspace(context.workspaceId).all(readFlowRunStates, query.flow_run_id);
        return reply(
          200,
          rows.map(stateOf).filter((state) => state !== null),
        );
      },
    }),
  ];
}
