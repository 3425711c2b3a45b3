import {
  type ConcurrencyLimitV2,
  type ConcurrencyLimitV2Create,
  type ConcurrencyLimitV2Update,
  floatText,
  type GlobalConcurrencyLimitResponse,
  uuid,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import type { Dependencies } from "../../platform/dependencies.ts";
import { apiError } from "../../platform/errors.ts";
import { lifecycleEvent, type OutboxRow } from "../outbox/index.ts";
import { announceFreed } from "./freed.ts";
import { deleteLimit, insertLimit, readLimit, readLimitByName, setActiveSlots, updateLimit } from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids" | "bus">;
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
  await announceFreed(deps, database.workspaceId, [limit.id]);
}

/** @throws ApiError `concurrency_limit_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, idOrName: string): Promise<void> {
  const limit = await read(database, idOrName);
  const event = announceLimit(deps, "deleted", limit);
  const gone = await database.first(deleteLimit, limit.id, event.id, event.event);
  if (gone === undefined) throw apiError("concurrency_limit_not_found");
  await announceFreed(deps, database.workspaceId, [limit.id]);
}
