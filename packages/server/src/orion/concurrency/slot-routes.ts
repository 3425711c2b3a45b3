import {
  boolean,
  ConcurrencyLease,
  ConcurrencyLeaseHolder,
  ConcurrencyLimitWithLeaseResponse,
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
import { apiError } from "../../platform/errors.ts";
import { checkLimit } from "../../platform/filter/index.ts";
import { empty, noContent, reply, type RequestContext, type Route, route } from "../../platform/http/index.ts";
import {
  decrement,
  increment,
  incrementWithLease,
  leases,
  release,
  renew,
  revoke,
  type SlotCaller,
  type SlotDeps,
} from "./slots.ts";

const tag = "Concurrency Limits V2";
const slotRequest = {
  slots: integer({ gt: 0 }),
  names: list(string()),
  mode: literal("concurrency", "rate_limit").default("concurrency"),
  create_if_missing: optional(boolean()),
};
const leaseDuration = number({ ge: 60, le: 86400 }).default(300);

/** Who takes slots of global concurrency limits, keeps them, and gives them back. */
export function slotRoutes(deps: Dependencies & SlotDeps): Route[] {
  return [...takeRoutes(deps), ...giveBackRoutes(deps), ...leaseRoutes(deps)];
}

/** A client that repeats a request after a lost answer says so by a key; the original's clients send none. */
function callerOf(context: RequestContext): SlotCaller {
  const { address, hungUp } = context;
  const key = context.header("idempotency-key");
  if (key === undefined) return { address, hungUp };
  const parsed = uuid().parse(key);
  if (!parsed.ok) throw apiError("idempotency_key_invalid");
  return { address, hungUp, idempotencyKey: parsed.value };
}

/** Whoever runs flows or tasks takes slots, so it asks no more than the right to run. */
function takeRoutes(deps: Dependencies & SlotDeps): Route[] {
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
        return reply(200, await increment(deps, workspace(context.workspaceId), body, callerOf(context)));
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
        return reply(200, await incrementWithLease(deps, workspace(context.workspaceId), body, callerOf(context)));
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

function giveBackRoutes(deps: Dependencies & SlotDeps): Route[] {
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
        return reply(200, await decrement(deps, workspace(context.workspaceId), { names, slots, occupancySeconds }));
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
        await release(deps, workspace(context.workspaceId), body.lease_id);
        return noContent();
      },
    }),
  ];
}

/** Ours alone: who holds what, for operators, and a way to end it. */
function leaseRoutes(deps: Dependencies): Route[] {
  const workspace = (id: string) => deps.databases.orion.workspace(id);
  return [
    route({
      method: "POST",
      path: "/v2/concurrency_limits/{id_or_name}/leases/filter",
      permission: "see_concurrency_limits",
      tag,
      summary: "List who holds slots of a limit, by the end of their leases",
      params: { id_or_name: string() },
      body: parts({ limit: limit(), offset: offset() }),
      answers: { 200: list(ConcurrencyLease) },
      async handle({ params, body, context }) {
        const { limit: most, offset: skipped } = body;
        return reply(200, await leases(workspace(context.workspaceId), params.id_or_name, checkLimit(most), skipped));
      },
    }),
    route({
      method: "DELETE",
      path: "/v2/concurrency_limits/leases/{lease_id}",
      permission: "manage_concurrency_limits",
      tag,
      summary: "Take the slots of a lease from its holder",
      params: { lease_id: uuid() },
      answers: { 204: empty },
      async handle({ params, context }) {
        await revoke(deps, workspace(context.workspaceId), params.lease_id);
        return noContent();
      },
    }),
  ];
}
