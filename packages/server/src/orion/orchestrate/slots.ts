import {
  type WorkspaceDatabase,
  type WorkspaceExecutor,
  type WorkspaceStatement,
  workspaceStatement,
} from "../../platform/database/index.ts";
import type { LeaseWrites, RunWrites } from "../states/index.ts";

/** The contract of the function is written where it is made, in migration 0010. */
const acquireSlots = workspaceStatement<
  [limits: readonly string[], slots: number, lease: string, holderType: string, holderId: string, seconds: number],
  { acquired: boolean }
>(
  "orchestrate.acquire-slots",
  `select acquired from orion.acquire_slots($1, $2::uuid[], $3::bigint, $4, $5, $6, $7) /* workspace_id = $1 */`,
);

const renewLease = workspaceStatement<[lease: string, seconds: number], { renewed: boolean }>(
  "orchestrate.renew-lease",
  `select orion.renew_lease($1, $2, clock_timestamp() + make_interval(secs => $3)) as renewed /* workspace_id = $1 */`,
);

/** A run to be written, as it was when it was judged. */
export interface JudgedRow {
  readonly id: string;
  /** The state that it had; any other means that the race is lost. */
  readonly state_id: string | null;
  /** Task runs that are written with it. */
  readonly task_runs: readonly string[];
}

export function judgedRow(
  { run_id, replaces }: RunWrites<unknown>,
  taskRuns: readonly Pick<RunWrites<unknown>, "run_id">[] = [],
): JudgedRow {
  return { id: run_id, state_id: replaces, task_runs: taskRuns.map((task) => task.run_id) };
}

/** Locks a run that still has the state it was judged by, and the task runs that will be written with it. */
type LockRun = WorkspaceStatement<[id: string, stateId: string | null, taskRuns: readonly string[]], { id: string }>;

export const lockFlowRun: LockRun = workspaceStatement(
  "orchestrate.lock-flow-run",
  `with run as materialized (
    select id from orion.flow_run where workspace_id = $1 and id = $2 and state_id is not distinct from $3::uuid
    for no key update
  ), task_runs as materialized (
    select id from orion.task_run where workspace_id = $1 and id = any($4::uuid[]) and exists (select from run)
    order by id for no key update
  )
  select run.id from run, (select count(*) from task_runs) as locked`,
);

export const lockTaskRun: LockRun = workspaceStatement(
  "orchestrate.lock-task-run",
  `select id from orion.task_run
  where workspace_id = $1 and id = $2 and state_id is not distinct from $3::uuid and $4::uuid[] is not null
  for no key update`,
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
 * else's by then. It is a transaction because slots are counted under a lock, and only a statement begun after the lock
 * was got sees what the last holder committed. The run, and the task runs written with it, are locked before the slots, as
 * in every write that gives slots back, so that no two writers wait for each other. Runs without slots never come here.
 */
export async function writeWithSlots(
  database: WorkspaceDatabase,
  lock: LockRun,
  run: JudgedRow,
  leases: LeaseWrites,
  write: (tx: WorkspaceExecutor) => Promise<boolean>,
): Promise<boolean> {
  try {
    await database.transaction(async (tx) => {
      if ((await tx.first(lock, run.id, run.state_id, run.task_runs)) === undefined) throw new SlotsGone();
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
