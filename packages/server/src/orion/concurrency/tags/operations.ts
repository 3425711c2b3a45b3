import {
  type ConcurrencyLimit,
  type ConcurrencyLimitCreate,
  floatText,
  type MinimalConcurrencyLimitResponse,
} from "@praetor/wire";
import type { WorkspaceDatabase } from "../../../platform/database/index.ts";
import type { Dependencies } from "../../../platform/dependencies.ts";
import { apiError } from "../../../platform/errors.ts";
import { announceFreed } from "../freed.ts";
import { announceLimit } from "../operations.ts";
import { storedLease } from "../empty-lease.ts";
import { type AskedLimit, deleteLimit } from "../queries.ts";
import { backSoon, holdSeconds } from "../retry-after.ts";
import type { SlotQueues } from "../slot-queues.ts";
import { tagLimitName, tagOf } from "../tag-name.ts";
import {
  listTagLimits,
  putTagLimit,
  readTagLimit,
  readTagLimitByName,
  releaseTagSlots,
  resetSlots,
  type TagLimit,
} from "./queries.ts";

type Deps = Pick<Dependencies, "clock" | "ids" | "random" | "settings" | "bus">;
/** Who waits for slots of this process. */
export interface WithSlots {
  readonly slots: SlotQueues;
}

/** Task runs of this API are bound to no deadline: only a release ends their slots. Seconds; about a hundred years. */
const UNTIL_RELEASED = 36_500 * 86_400;

/** Which limit: by its id, or by its tag. */
export type TagLimitKey = { readonly id: string } | { readonly tag: string };

async function find(database: WorkspaceDatabase, key: TagLimitKey): Promise<TagLimit> {
  const limit =
    "id" in key ? await database.first(readTagLimit, key.id) : await database.first(readTagLimitByName, tagLimitName(key.tag));
  if (limit === undefined) throw apiError("tag_limit_not_found");
  return limit;
}

function presented({ id, created, updated, name, limit, active_slots }: TagLimit): ConcurrencyLimit {
  return { id, created, updated, tag: tagOf(name), concurrency_limit: limit, active_slots };
}

/** The limit of a tag, made or changed; `inserted` tells which. */
export async function put(
  deps: Deps,
  database: WorkspaceDatabase,
  { tag, concurrency_limit: limit }: ConcurrencyLimitCreate,
): Promise<{ limit: ConcurrencyLimit; inserted: boolean }> {
  const id = deps.ids.random();
  const name = tagLimitName(tag);
  const existing = await database.first(readTagLimitByName, name);
  const definition = { id, active: true, slot_decay_per_second: 0, ...existing, name, limit };
  const [created, updated] = (["created", "updated"] as const).map((change) => announceLimit(deps, change, definition));
  if (created === undefined || updated === undefined) throw new Error("two changes give two events");
  const row = await database.first(putTagLimit, id, name, limit, created.id, created.event, updated.event);
  await announceFreed(deps, database.workspaceId, row === undefined ? [] : [row.id]);
  return { limit: await read(database, { tag }), inserted: row?.inserted === true };
}

/** @throws ApiError `tag_limit_not_found` */
export async function read(database: WorkspaceDatabase, key: TagLimitKey): Promise<ConcurrencyLimit> {
  return presented(await find(database, key));
}

export async function list(database: WorkspaceDatabase, limit: number, offset: number): Promise<ConcurrencyLimit[]> {
  return (await database.all(listTagLimits, limit, offset)).map(presented);
}

/** Deletes the limit, and with it the count of its slots. @throws ApiError `tag_limit_not_found` */
export async function remove(deps: Deps, database: WorkspaceDatabase, key: TagLimitKey): Promise<void> {
  const limit = await find(database, key);
  const event = announceLimit(deps, "deleted", limit);
  const gone = await database.first(deleteLimit, limit.id, event.id, event.event);
  if (gone === undefined) throw apiError("tag_limit_not_found");
  await announceFreed(deps, database.workspaceId, [limit.id]);
}

/** Lets exactly these task runs hold a slot each. @throws ApiError `tag_limit_not_found` */
export async function reset(
  deps: Pick<Deps, "bus">,
  database: WorkspaceDatabase,
  tag: string,
  taskRuns: readonly string[],
): Promise<void> {
  const { id } = await find(database, { tag });
  await database.first(resetSlots, id, taskRuns, UNTIL_RELEASED);
  await announceFreed(deps, database.workspaceId, [id]);
}

/** Who asks for slots of tags. */
export interface TagCaller {
  readonly taskRunId: string;
  /** Aborted when the caller has gone: slots that reach it no more are given back. */
  readonly hungUp: AbortSignal;
}

/**
 * Takes a slot of each tag's limit for a task run, of all or of none; a slot that it holds is not taken twice. Where there
 * are none, waits a little in line. Answers the limits under their bare tags.
 * @throws ApiError `tag_limit_is_zero`, `tag_slots_taken`
 */
export async function acquire(
  deps: Deps & WithSlots,
  database: WorkspaceDatabase,
  tags: readonly string[],
  { taskRunId, hungUp }: TagCaller,
): Promise<MinimalConcurrencyLimitResponse[]> {
  const { settings, slots } = deps;
  const holder = { type: "task_run", id: taskRunId } as const;
  const lease = storedLease(deps.ids.random());
  const asked = {
    names: tags.map(tagLimitName),
    slots: 1,
    rateLimit: false,
    lease,
    holder,
    leaseSeconds: UNTIL_RELEASED,
    once: true,
  };
  const wait = holdSeconds(settings.concurrency.slotHoldSeconds, deps.random);
  const holdFor = (limits: readonly AskedLimit[]) => (limits.some(isClosed) ? 0 : wait);
  const key = `task_run ${taskRunId} ${JSON.stringify(tags)}`;
  const { limits, heldSeconds } = await slots.of(database).take(asked, { key, gone: hungUp, holdFor });
  const acquired = limits.every((limit) => limit.acquired);
  // A limit of 0 lets nobody in even where it is not active and was not asked.
  if (acquired && (hungUp.aborted || limits.some(isClosed))) await slots.release(database, lease);
  if (!acquired || limits.some(isClosed)) throw refusal(deps, limits, tags, wait > 0 && heldSeconds > 0);
  const answered = limits.map(({ id, name, limit }) => ({ id, name: tagOf(name), limit }));
  return answered.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

const isClosed = ({ limit }: AskedLimit) => limit === 0;

function refusal(deps: Deps, limits: readonly AskedLimit[], tags: readonly string[], held: boolean) {
  const closed = limits.find(isClosed);
  if (closed !== undefined) {
    const tag = tagOf(closed.name);
    return apiError(
      "tag_limit_is_zero",
      `The concurrency limit on tag "${tag}" is 0 and will deadlock if the task tries to run again.`,
    );
  }
  const seconds = held ? floatText(backSoon(deps.random)) : deps.settings.tasks.tagConcurrencySlotWaitSeconds.toFixed(1);
  return apiError("tag_slots_taken", `Concurrency limit for the ${tags[0]} tag has been reached`, { "retry-after": seconds });
}

/** Ends what a task run holds of these tags' limits, and answers the limits. */
export async function release(
  deps: Pick<Deps, "bus">,
  database: WorkspaceDatabase,
  tags: readonly string[],
  taskRunId: string,
): Promise<MinimalConcurrencyLimitResponse[]> {
  const limits = await database.all(releaseTagSlots, tags.map(tagLimitName), taskRunId);
  await announceFreed(
    deps,
    database.workspaceId,
    limits.map(({ id }) => id),
  );
  return limits;
}
