import {
  type ConcurrencyLeaseHolder,
  type ConcurrencyLimitV2,
  type ConcurrencyLimitV2Create,
  type ConcurrencyLimitV2Update,
  type ConcurrencyLimitWithLeaseResponse,
  floatText,
  type GlobalConcurrencyLimitResponse,
  type MinimalConcurrencyLimitResponse,
  uuid,
} from "@praetor/wire";
import type { Database, WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { emptyLease, isEmptyLease } from "./empty-lease.ts";
import {
  acquireSlots,
  type AskedLimit,
  deleteLimit,
  giveBackSlots,
  insertLimit,
  listExpiredLeases,
  readLimit,
  readLimitByName,
  releaseSlots,
  renewLease,
  setActiveSlots,
  updateLimit,
} from "./queries.ts";
import { retryAfter } from "./retry-after.ts";

type Deps = Pick<Dependencies, "clock" | "ids" | "random" | "settings">;
type Announced = Pick<GlobalConcurrencyLimitResponse, "id" | "name" | "limit" | "active" | "slot_decay_per_second">;

/** The event of a limit that came, changed or went. */
export function announceLimit(
  deps: Pick<Deps, "clock" | "ids">,
  change: "created" | "updated" | "deleted",
  limit: Announced,
): OutboxRow {
  const { id, name, active, slot_decay_per_second: decay } = limit;
  return lifecycleEvent(deps, {
    event: `prefect.concurrency-limit.${change}`,
    resourceId: `prefect.concurrency-limit.${id}`,
    name,
    payload: `{"name":${JSON.stringify(name)},"limit":${limit.limit},"active":${active},"slot_decay_per_second":${floatText(decay)}}`,
  });
}

/** @throws IntegrityViolation when the name is taken */
export async function create(
  deps: Deps,
  database: WorkspaceDatabase,
  limit: ConcurrencyLimitV2Create,
): Promise<ConcurrencyLimitV2> {
  const id = deps.ids.random();
  const event = announceLimit(deps, "created", { id, ...limit });
  const { name, active, active_slots, denied_slots, slot_decay_per_second } = limit;
  const values = [id, name, limit.limit, active, slot_decay_per_second, active_slots, denied_slots] as const;
  const created = await database.first(insertLimit, ...values, event.id, event.event);
  if (created === undefined) throw new Error("an insert answered no row");
  return created;
}

/** Finds by id what reads as a UUID, and by name everything else. @throws ApiError `concurrency_limit_not_found` */
export async function read(database: WorkspaceDatabase, idOrName: string): Promise<GlobalConcurrencyLimitResponse> {
  const id = uuid().parse(idOrName);
  const limit = id.ok ? await database.first(readLimit, id.value) : await database.first(readLimitByName, idOrName);
  if (limit === undefined) throw apiError("concurrency_limit_not_found");
  return limit;
}

/**
 * Changes what was sent.
 * @throws ApiError `concurrency_limit_not_found`, `integrity_conflict` for a null; IntegrityViolation when the name is taken
 */
export async function update(
  deps: Deps,
  database: WorkspaceDatabase,
  idOrName: string,
  sent: Partial<ConcurrencyLimitV2Update>,
): Promise<void> {
  const limit = await read(database, idOrName);
  if (Object.values(sent).includes(null)) throw apiError("integrity_conflict");
  const { active_slots: activeSlots, ...change } = sent as Partial<ConcurrencyLimitV2Create>;
  const event = announceLimit(deps, "updated", { ...limit, ...change });
  await database.transaction(async (transaction) => {
    await updateLimit(transaction, limit.id, change, event);
    if (activeSlots !== undefined) await transaction.first(setActiveSlots, limit.id, activeSlots);
  });
}

/** @throws ApiError `concurrency_limit_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, idOrName: string): Promise<void> {
  const limit = await read(database, idOrName);
  const event = announceLimit(deps, "deleted", limit);
  const gone = await database.first(deleteLimit, limit.id, event.id, event.event);
  if (gone === undefined) throw apiError("concurrency_limit_not_found");
}

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

/**
 * Takes slots that only their decay or `decrement` gives back.
 * @throws ApiError `slots_exceed_limit`, `limit_without_decay`, `slots_taken`
 */
export async function increment(
  deps: Deps,
  database: WorkspaceDatabase,
  asked: SlotRequest,
): Promise<MinimalConcurrencyLimitResponse[]> {
  return (await acquire(deps, database, asked, null, undefined)).map(minimal);
}

/**
 * Takes slots for as long as the lease is renewed in time.
 * @throws ApiError `slots_exceed_limit`, `limit_without_decay`, `slots_taken`
 */
export async function incrementWithLease(
  deps: Deps,
  database: WorkspaceDatabase,
  asked: SlotRequest & LeaseRequest,
): Promise<ConcurrencyLimitWithLeaseResponse> {
  const lease = deps.ids.random();
  const limits = await acquire(deps, database, asked, lease, asked);
  const stored = limits.some(({ active }) => active);
  return { lease_id: stored ? lease : emptyLease(lease), limits: limits.map(minimal) };
}

async function acquire(
  deps: Deps,
  database: WorkspaceDatabase,
  { names, slots, mode }: SlotRequest,
  lease: string | null,
  request: LeaseRequest | undefined,
): Promise<AskedLimit[]> {
  const { holder = null, lease_duration: seconds = null } = request ?? {};
  const rateLimit = mode === "rate_limit";
  const owner = [holder?.type ?? null, holder?.id ?? null] as const;
  const limits = await database.all(acquireSlots, names, slots, lease, ...owner, seconds, rateLimit);
  if (limits.some(({ acquired }) => !acquired)) throw refusal(deps, limits, slots, rateLimit);
  return limits;
}

function refusal(deps: Deps, limits: readonly AskedLimit[], slots: number, rateLimit: boolean) {
  const active = limits.filter((limit) => limit.active);
  if (active.some(({ limit }) => limit < slots)) return apiError("slots_exceed_limit");
  const steady = rateLimit ? active.filter((limit) => limit.slot_decay_per_second === 0) : [];
  if (steady.length > 0) {
    const names = steady.map(({ name }) => name).join(",");
    return apiError(
      "limit_without_decay",
      `Only concurrency limits with slot decay can be used for rate limiting. The following limits do not have a decay configured: '${names}'`,
    );
  }
  const { tasks, concurrency } = deps.settings;
  const waits = { tag: tasks.tagConcurrencySlotWaitSeconds, other: concurrency.maximumConcurrencySlotWaitSeconds };
  return apiError("slots_taken", undefined, { "retry-after": retryAfter(active, slots, waits, deps.random) });
}

const minimal = ({ id, name, limit }: MinimalConcurrencyLimitResponse) => ({ id, name, limit });

/** Gives back slots that were taken without a lease; leases are untouched. */
export function decrement(
  database: WorkspaceDatabase,
  { names, slots, occupancySeconds }: Omit<SlotRequest, "mode"> & { readonly occupancySeconds: number | null },
): Promise<MinimalConcurrencyLimitResponse[]> {
  return database.all(giveBackSlots, names, slots, occupancySeconds);
}

/** Ends a lease; one that is not there has ended already. */
export async function release(database: WorkspaceDatabase, lease: string): Promise<void> {
  if (!isEmptyLease(lease)) await database.first(releaseSlots, [lease]);
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
    await database.workspace(workspace_id).first(releaseSlots, leases);
    count += leases.length;
  }
  return count;
}
