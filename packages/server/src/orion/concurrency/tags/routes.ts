import {
  ConcurrencyLimit,
  ConcurrencyLimitCreate,
  json,
  JsonText,
  limit,
  list,
  MinimalConcurrencyLimitResponse,
  offset,
  optional,
  parts,
  string,
  uuid,
} from "@praetor/wire";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { checkLimit } from "../../../platform/filter/index.ts";
import { reply, type Route, route } from "../../../platform/http/index.ts";
import { acquire, list as listTagLimits, put, read, release, remove, reset, type WithSlots } from "./operations.ts";

const group = "Concurrency Limits";
const NOTHING = JsonText.of(null);
const slotRequest = parts({ names: list(string()), task_run_id: uuid() });

/** Limits of tags in the form of the API's first version; they are global limits named `tag:<tag>`. */
export function tagLimitRoutes(deps: Dependencies & WithSlots): Route[] {
  return [...readRoutes(deps), ...changeRoutes(deps), ...slotRoutes(deps)];
}

function readRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "GET",
      path: "/concurrency_limits/{id}",
      permission: "see_concurrency_limits",
      tag: group,
      summary: "Read the concurrency limit of a tag by id",
      params: { id: uuid() },
      answers: { 200: ConcurrencyLimit },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params));
      },
    }),
    route({
      method: "GET",
      path: "/concurrency_limits/tag/{tag}",
      permission: "see_concurrency_limits",
      tag: group,
      summary: "Read the concurrency limit of a tag",
      params: { tag: string() },
      answers: { 200: ConcurrencyLimit },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params));
      },
    }),
    route({
      method: "POST",
      path: "/concurrency_limits/filter",
      permission: "see_concurrency_limits",
      tag: group,
      summary: "List the concurrency limits of tags",
      body: parts({ limit: limit(), offset: offset() }),
      answers: { 200: list(ConcurrencyLimit) },
      async handle({ body, context }) {
        return reply(200, await listTagLimits(workspace(context.workspaceId), checkLimit(body.limit), body.offset));
      },
    }),
  ];
}

function changeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/concurrency_limits/",
      permission: "manage_concurrency_limits",
      tag: group,
      summary: "Set the concurrency limit of a tag",
      body: ConcurrencyLimitCreate,
      answers: { 200: ConcurrencyLimit, 201: ConcurrencyLimit },
      async handle({ body, context }) {
        const { limit: made, inserted } = await put(deps, workspace(context.workspaceId), body);
        return reply(inserted ? 201 : 200, made);
      },
    }),
    route({
      method: "DELETE",
      path: "/concurrency_limits/{id}",
      permission: "manage_concurrency_limits",
      tag: group,
      summary: "Delete the concurrency limit of a tag by id",
      params: { id: uuid() },
      answers: { 200: json() },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params);
        return reply(200, NOTHING);
      },
    }),
    route({
      method: "DELETE",
      path: "/concurrency_limits/tag/{tag}",
      permission: "manage_concurrency_limits",
      tag: group,
      summary: "Delete the concurrency limit of a tag",
      params: { tag: string() },
      answers: { 200: json() },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params);
        return reply(200, NOTHING);
      },
    }),
  ];
}

function slotRoutes(deps: Dependencies & WithSlots): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/concurrency_limits/tag/{tag}/reset",
      permission: "manage_concurrency_limits",
      tag: group,
      summary: "Set the task runs that hold slots of a tag",
      params: { tag: string() },
      body: parts({ slot_override: optional(list(uuid())) }),
      answers: { 200: json() },
      async handle({ params, body, context }) {
        await reset(deps, workspace(context.workspaceId), params.tag, body.slot_override ?? []);
        return reply(200, NOTHING);
      },
    }),
    route({
      method: "POST",
      path: "/concurrency_limits/increment",
      permission: "run_tasks",
      tag: group,
      summary: "Take a slot of each tag for a task run",
      body: slotRequest,
      answers: { 200: list(MinimalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        const caller = { taskRunId: body.task_run_id, hungUp: context.hungUp };
        return reply(200, await acquire(deps, workspace(context.workspaceId), body.names, caller));
      },
    }),
    route({
      method: "POST",
      path: "/concurrency_limits/decrement",
      permission: "run_tasks",
      tag: group,
      summary: "Give back the slots that a task run holds",
      body: slotRequest,
      answers: { 200: list(MinimalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        return reply(200, await release(deps, workspace(context.workspaceId), body.names, body.task_run_id));
      },
    }),
  ];
}
