import {
  boolean,
  list,
  OrchestrationResult,
  parts,
  State,
  StateCreate,
  TaskRun,
  TaskRunCreate,
  TaskRunUpdate,
  uuid,
} from "@praetor/wire";
import { apiError } from "../../platform/errors.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { type FlowRunDependencies, proposerOf } from "../flow-runs/index.ts";
import { deleteLogs } from "../logs/index.ts";
import { answer, httpStatus, propose, stateOf } from "../states/index.ts";
import { ensure } from "./create.ts";
import { listRoutes } from "./list-routes.ts";
import { taskRunPageRoutes } from "./page-routes.ts";
import { read, remove, rename } from "./operations.ts";
import { readTaskRunState, readTaskRunStates } from "./queries.ts";

const tag = "Task Runs";
const byId = { id: uuid() };

export function taskRunRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/task_runs/",
      permission: "run_flows",
      tag,
      summary: "Create a task run, or answer the one of the same call",
      body: TaskRunCreate,
      answers: { 200: TaskRun, 201: TaskRun },
      async handle({ body, context }) {
        const database = workspace(context.workspaceId);
        const { id, inserted } = await ensure(deps, database, body);
        return reply(inserted ? 201 : 200, await read(deps, database, id));
      },
    }),
    route({
      method: "PATCH",
      path: "/task_runs/{id}",
      permission: "run_flows",
      tag,
      summary: "Rename a task run",
      params: byId,
      body: TaskRunUpdate,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await rename(deps, workspace(context.workspaceId), params.id, body.name);
        return noContent();
      },
    }),
    route({
      method: "GET",
      path: "/task_runs/{id}",
      permission: "see_flows",
      tag,
      summary: "Read a task run",
      params: byId,
      answers: { 200: TaskRun },
      async handle({ params, context }) {
        return reply(200, await read(deps, workspace(context.workspaceId), params.id));
      },
    }),
    route({
      method: "DELETE",
      path: "/task_runs/{id}",
      permission: "manage_flows",
      tag,
      summary: "Delete a task run",
      params: byId,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id);
        await deleteLogs(deps.databases.events.workspace(context.workspaceId), { taskRunIds: [params.id] });
        return noContent();
      },
    }),
    ...stateRoutes(deps),
    ...listRoutes(deps),
    ...taskRunPageRoutes(deps),
  ];
}

function stateRoutes(deps: FlowRunDependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/task_runs/{id}/set_state",
      permission: "run_flows",
      tag,
      summary: "Propose a state for a task run",
      params: byId,
      body: parts({ state: StateCreate, force: boolean().default(false) }),
      answers: { 200: OrchestrationResult, 201: OrchestrationResult },
      async handle({ params, body, context }) {
        const verdict = await deps.orchestrator.taskRun({
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
      method: "GET",
      path: "/task_run_states/{id}",
      permission: "see_flows",
      tag: "Task Run States",
      summary: "Read a state of a task run",
      params: byId,
      answers: { 200: State },
      async handle({ params, context }) {
        const row = await workspace(context.workspaceId).first(readTaskRunState, params.id);
        const state = row === undefined ? null : stateOf(row);
        if (state === null) throw apiError("task_run_state_not_found");
        return reply(200, state);
      },
    }),
    route({
      method: "GET",
      path: "/task_run_states/",
      permission: "see_flows",
      tag: "Task Run States",
      summary: "List the states of a task run, oldest first",
      query: { task_run_id: uuid() },
      answers: { 200: list(State) },
      async handle({ query, context }) {
        const rows = await workspace(context.workspaceId).all(readTaskRunStates, query.task_run_id);
        return reply(
          200,
          rows.map(stateOf).filter((state) => state !== null),
        );
      },
    }),
  ];
}
