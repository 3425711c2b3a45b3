import {
  boolean,
  ConcurrencyLeaseHolder,
  ConcurrencyLimitV2,
  ConcurrencyLimitV2Create,
  ConcurrencyLimitV2Update,
  ConcurrencyLimitWithLeaseResponse,
  GlobalConcurrencyLimitResponse,
  integer,
  limit,
  list,
  literal,
  MinimalConcurrencyLimitResponse,
  number,
  offset,
  optional,
  parts,
  string,
  uuid,
} from "@praetor/wire";
import type { Dependencies } from "../../platform/dependencies.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type Route, route } from "../../platform/http/index.ts";
import { create, decrement, increment, incrementWithLease, read, release, remove, renew, update } from "./operations.ts";
import { listLimits } from "./queries.ts";

const tag = "Concurrency Limits V2";
const named = { id_or_name: string() };
const slotRequest = {
  slots: integer({ gt: 0 }),
  names: list(string()),
  mode: literal("concurrency", "rate_limit").default("concurrency"),
  create_if_missing: optional(boolean()),
};
const leaseDuration = number({ ge: 60, le: 86400 }).default(300);

/** Global concurrency limits, what they are and who takes slots of them. */
export function limitRoutes(deps: Dependencies): Route[] {
  return [...readRoutes(deps), ...changeRoutes(deps), ...takeRoutes(deps), ...giveBackRoutes(deps)];
}

function readRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/v2/concurrency_limits/",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Create a global concurrency limit",
      body: ConcurrencyLimitV2Create,
      answers: { 201: ConcurrencyLimitV2 },
      async handle({ body, context }) {
        return reply(201, await create(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "GET",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "see_concurrency_limits",
      tag,
      summary: "Read a global concurrency limit",
      params: named,
      answers: { 200: GlobalConcurrencyLimitResponse },
      async handle({ params, context }) {
        return reply(200, await read(workspace(context.workspaceId), params.id_or_name));
      },
    }),
    route({
      method: "POST",
      path: "/v2/concurrency_limits/filter",
      permission: "see_concurrency_limits",
      tag,
      summary: "List global concurrency limits by name",
      body: parts({ limit: limit(), offset: offset() }),
      answers: { 200: list(GlobalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        return reply(200, await workspace(context.workspaceId).all(listLimits, checkLimit(body.limit), body.offset));
      },
    }),
  ];
}

function changeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "PATCH",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Change a global concurrency limit",
      params: named,
      body: ConcurrencyLimitV2Update,
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await update(deps, workspace(context.workspaceId), params.id_or_name, body);
        return noContent();
      },
    }),
    route({
      method: "DELETE",
      path: "/v2/concurrency_limits/{id_or_name}",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Delete a global concurrency limit",
      params: named,
      answers: { 204: empty },
      async handle({ params, context }) {
        await remove(deps, workspace(context.workspaceId), params.id_or_name);
        return noContent();
      },
    }),
  ];
}

/** Whoever runs flows or tasks takes slots, so it asks no more than the right to run. */
function takeRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/v2/concurrency_limits/increment",
      permission: "run_flows",
      tag,
      summary: "Take slots of limits, all or none",
      body: parts(slotRequest),
      answers: { 200: list(MinimalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        return reply(200, await increment(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/v2/concurrency_limits/increment-with-lease",
      permission: "run_flows",
      tag,
      summary: "Take slots of limits, all or none, for as long as a lease is renewed",
      body: parts({
        slots: slotRequest.slots,
        names: slotRequest.names,
        mode: slotRequest.mode,
        lease_duration: leaseDuration,
        holder: optional(ConcurrencyLeaseHolder),
      }),
      answers: { 200: ConcurrencyLimitWithLeaseResponse },
      async handle({ body, context }) {
        return reply(200, await incrementWithLease(deps, workspace(context.workspaceId), body));
      },
    }),
    route({
      method: "POST",
      path: "/v2/concurrency_limits/leases/{lease_id}/renew",
      permission: "run_flows",
      tag,
      summary: "Prolong a lease",
      // The rule makes it a parameter that is parsed: the original answers 422 here to what is no UUID, and 404 elsewhere.
      params: { lease_id: uuid().check(() => undefined) },
      body: parts({ lease_duration: leaseDuration }),
      answers: { 204: empty },
      async handle({ params, body, context }) {
        await renew(workspace(context.workspaceId), params.lease_id, body.lease_duration);
        return noContent();
      },
    }),
  ];
}

function giveBackRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/v2/concurrency_limits/decrement",
      permission: "run_flows",
      tag,
      summary: "Give back slots that were taken without a lease",
      body: parts({
        slots: slotRequest.slots,
        names: slotRequest.names,
        occupancy_seconds: optional(number({ gt: 0 })),
        create_if_missing: optional(boolean()),
      }),
      answers: { 200: list(MinimalConcurrencyLimitResponse) },
      async handle({ body, context }) {
        const { names, slots, occupancy_seconds: occupancySeconds } = body;
        return reply(200, await decrement(workspace(context.workspaceId), { names, slots, occupancySeconds }));
      },
    }),
    route({
      method: "POST",
      path: "/v2/concurrency_limits/decrement-with-lease",
      permission: "run_flows",
      tag,
      summary: "End a lease",
      body: parts({ lease_id: uuid() }),
      answers: { 204: empty },
      async handle({ body, context }) {
        await release(workspace(context.workspaceId), body.lease_id);
        return noContent();
      },
    }),
  ];
}
