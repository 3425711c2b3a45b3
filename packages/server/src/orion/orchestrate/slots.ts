import { type WorkspaceDatabase, type WorkspaceExecutor, workspaceStatement } from "../../platform/database/index.ts";
import type { LeaseWrites } from "../states/index.ts";

/** The contract of the function is written where it is made, in migration 0002. */
const acquireSlots = workspaceStatement<
  [limits: readonly string[], slots: number, lease: string, holderType: string, holderId: string, seconds: number],
  { acquired: boolean }
>(
  "orchestrate.acquire-slots",
  `select acquired from orion.acquire_slots($1, $2::uuid[], $3::bigint, $4, $5, $6,
    clock_timestamp() + make_interval(secs => $7))
  /* workspace_id = $1 */`,
);

const renewLease = workspaceStatement<[lease: string, seconds: number], { renewed: boolean }>(
  "orchestrate.renew-lease",
  `select orion.renew_lease($1, $2, clock_timestamp() + make_interval(secs => $3)) as renewed /* workspace_id = $1 */`,
);

/** The verdict's slots are not to be had any more: the facts were stale, and nothing of it may be written. */
class SlotsGone extends Error {}

async function take(tx: WorkspaceExecutor, { taken, renewed }: LeaseWrites): Promise<void> {
  if (taken !== null) {
    const { id, limit_ids, slots, holder, seconds } = taken;
    const limits = await tx.all(acquireSlots, limit_ids, slots, id, holder.type, holder.id, seconds);
    if (limits.length < limit_ids.length || limits.some(({ acquired }) => !acquired)) throw new SlotsGone();
  }
  if (renewed !== null) {
    const lease = await tx.first(renewLease, renewed.id, renewed.seconds);
    if (!lease?.renewed) throw new SlotsGone();
  }
}

/**
 * Takes or renews the slots of a verdict and writes it, both or neither; false when the slots or the run were somebody
 * else's by then. It is a transaction of two statements because slots are counted under a lock, and only a statement
 * begun after the lock was got sees what the last holder committed. Runs without slots never come here.
 */
export async function writeWithSlots(
  database: WorkspaceDatabase,
  leases: LeaseWrites,
  write: (tx: WorkspaceExecutor) => Promise<boolean>,
): Promise<boolean> {
  try {
    await database.transaction(async (tx) => {
      await take(tx, leases);
      if (!(await write(tx))) throw new SlotsGone();
    });
    return true;
  } catch (error) {
    if (error instanceof SlotsGone) return false;
    throw error;
  }
}

export function needsSlots({ taken, renewed }: LeaseWrites): boolean {
  return taken !== null || renewed !== null;
}
