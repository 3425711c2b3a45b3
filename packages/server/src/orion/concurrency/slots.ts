import {
  type ConcurrencyLease,
  type ConcurrencyLeaseHolder,
  type ConcurrencyLimitWithLeaseResponse,
  floatText,
  type MinimalConcurrencyLimitResponse,
} from "@praetor/wire";
import type { Database, WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { type ApiError, apiError } from "../../platform/errors.ts";
import { emptyLease, isEmptyLease, storedLease } from "./empty-lease.ts";
import { announceFreed } from "./freed.ts";
import { read } from "./operations.ts";
import {
  type AskedLimit,
  giveBackSlots,
  listExpiredLeases,
  listLeases,
  releaseExpired,
  releaseSlots,
  renewLease,
} from "./queries.ts";
import { backSoon, holdSeconds, retryAfter } from "./retry-after.ts";
import type { SlotAsk } from "./slot-waiter.ts";
import type { SlotQueues } from "./slot-queues.ts";

export type SlotDeps = Pick<Dependencies, "ids" | "random" | "settings" | "bus"> & { readonly slots: SlotQueues };

/** What a caller wants of the limits with these names, of all or of none. Names without a limit are left out. */
export interface SlotRequest {
  readonly names: readonly string[];
  readonly slots: number;
  readonly mode: "concurrency" | "rate_limit";
}

/** How a lease is to be written. */
export interface LeaseRequest {
  readonly holder: ConcurrencyLeaseHolder | null;
  /** Seconds. */
  readonly lease_duration: number;
}

/** Who asks for slots. */
export interface SlotCaller {
  /** Tells callers apart who say no holder. */
  readonly address: string;
  /** Aborted when the caller has gone: slots that reach it no more are given back. */
  readonly hungUp: AbortSignal;
  /** A request with a key that was served before, and whose lease lives, is given the same answer. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Takes slots that only their decay or `decrement` gives back. Where there are none, waits a little in line.
 * @throws ApiError `slots_exceed_limit`, `limit_without_decay`, `slots_taken`
 */
export async function increment(
  deps: SlotDeps,
  database: WorkspaceDatabase,
  asked: SlotRequest,
  caller: SlotCaller,
): Promise<MinimalConcurrencyLimitResponse[]> {
  const limits = await acquire(deps, database, { ...askOf(asked), lease: null, holder: null, leaseSeconds: null }, caller);
  if (caller.hungUp.aborted) await decrement(deps, database, { ...asked, occupancySeconds: null });
  return limits.map(minimal);
}

/**
 * Takes slots for as long as the lease is renewed in time. Where there are none, waits a little in line.
 * @throws ApiError `slots_exceed_limit`, `limit_without_decay`, `slots_taken`
 */
export async function incrementWithLease(
  deps: SlotDeps,
  database: WorkspaceDatabase,
  asked: SlotRequest & LeaseRequest,
  caller: SlotCaller,
): Promise<ConcurrencyLimitWithLeaseResponse> {
  const lease = storedLease(caller.idempotencyKey ?? deps.ids.random());
  const mayRepeat = caller.idempotencyKey !== undefined;
  const ask = { ...askOf(asked), lease, holder: asked.holder, leaseSeconds: asked.lease_duration, mayRepeat };
  const limits = await acquire(deps, database, ask, caller);
  const stored = limits.some(({ active }) => active);
  if (stored && caller.hungUp.aborted) await release(deps, database, lease);
  return { lease_id: stored ? lease : emptyLease(lease), limits: limits.map(minimal) };
}

const askOf = ({ names, slots, mode }: SlotRequest) => ({ names, slots, rateLimit: mode === "rate_limit" });

async function acquire(
  deps: SlotDeps,
  database: WorkspaceDatabase,
  ask: SlotAsk,
  { address, hungUp }: SlotCaller,
): Promise<readonly AskedLimit[]> {
  const { slots, names, holder } = ask;
  const longest = deps.settings.concurrency.slotHoldSeconds;
  const key = JSON.stringify([holder ? `${holder.type} ${holder.id}` : address, slots, names]);
  const holdFor = (limits: readonly AskedLimit[]) =>
    complaint(limits, ask) === undefined ? holdSeconds(longest, deps.random) : 0;
  const { limits, heldSeconds } = await deps.slots.of(database).take(ask, { key, gone: hungUp, holdFor });
  if (limits.every(({ acquired }) => acquired) && !(hungUp.aborted && limits.length === 0)) return limits;
  throw complaint(limits, ask) ?? taken(deps, limits, slots, longest > 0 && heldSeconds > 0);
}

/** What no waiting mends. */
function complaint(limits: readonly AskedLimit[], { slots, rateLimit }: SlotAsk): ApiError | undefined {
  const active = limits.filter((limit) => limit.active);
  if (active.some(({ limit }) => limit < slots)) return apiError("slots_exceed_limit");
  const steady = rateLimit ? active.filter((limit) => limit.slot_decay_per_second === 0) : [];
  if (steady.length === 0) return undefined;
  const names = steady.map(({ name }) => name).join(",");
  return apiError(
    "limit_without_decay",
    `Only concurrency limits with slot decay can be used for rate limiting. The following limits do not have a decay configured: '${names}'`,
  );
}

function taken(deps: SlotDeps, limits: readonly AskedLimit[], slots: number, held: boolean): ApiError {
  const seconds = held ? backSoon(deps.random) : waitOf(deps, limits, slots);
  return apiError("slots_taken", undefined, { "retry-after": floatText(seconds) });
}

function waitOf({ settings, random }: SlotDeps, limits: readonly AskedLimit[], slots: number): number {
  const { tasks, concurrency } = settings;
  const waits = { tag: tasks.tagConcurrencySlotWaitSeconds, other: concurrency.maximumConcurrencySlotWaitSeconds };
  return retryAfter(limits, slots, waits, random);
}

const minimal = ({ id, name, limit }: MinimalConcurrencyLimitResponse) => ({ id, name, limit });

/** Gives back slots that were taken without a lease; leases are untouched. */
export async function decrement(
  deps: Pick<SlotDeps, "bus">,
  database: WorkspaceDatabase,
  { names, slots, occupancySeconds }: Omit<SlotRequest, "mode"> & { readonly occupancySeconds: number | null },
): Promise<MinimalConcurrencyLimitResponse[]> {
  const limits = await database.all(giveBackSlots, names, slots, occupancySeconds);
  await announceFreed(
    deps,
    database.workspaceId,
    limits.map(({ id }) => id),
  );
  return limits;
}

/** Ends a lease; one that is not there has ended already. */
export async function release(deps: Pick<SlotDeps, "bus" | "slots">, database: WorkspaceDatabase, lease: string): Promise<void> {
  if (!isEmptyLease(lease)) await deps.slots.release(database, lease);
}

/** Who holds slots of a limit. @throws ApiError `concurrency_limit_not_found` */
export async function leases(
  database: WorkspaceDatabase,
  idOrName: string,
  limit: number,
  offset: number,
): Promise<ConcurrencyLease[]> {
  const { id } = await read(database, idOrName);
  return database.all(listLeases, id, limit, offset);
}

/** Takes its slots from whoever holds them, who learns of it when it renews. @throws ApiError `lease_unknown` */
export async function revoke(deps: Pick<SlotDeps, "bus">, database: WorkspaceDatabase, lease: string): Promise<void> {
  const ended = await database.first(releaseSlots, [lease]);
  if (ended === undefined || ended.released === 0) throw apiError("lease_unknown");
  await announceFreed(deps, database.workspaceId, ended.limits);
}

/** Lets a lease live `seconds` from now. @throws ApiError `lease_not_found` when it has expired or was ended */
export async function renew(database: WorkspaceDatabase, lease: string, seconds: number): Promise<void> {
  if (isEmptyLease(lease)) return;
  const row = await database.first(renewLease, lease, seconds);
  if (row?.renewed !== true) throw apiError("lease_not_found");
}

/**
 * Removes up to `maximum` rows of leases that have expired, and lets their limits learn how long slots were occupied.
 * The slots themselves were free from the moment of expiry. Answers how many leases went.
 */
export async function releaseExpiredLeases(database: Database, maximum: number): Promise<number> {
  let count = 0;
  for (const { workspace_id, leases } of await database.system.all(listExpiredLeases, maximum)) {
    await database.workspace(workspace_id).first(releaseExpired, leases);
    count += leases.length;
  }
  return count;
}
