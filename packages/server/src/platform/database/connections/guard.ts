import { DatabaseUnavailable } from "../failures.ts";
import type { Answer, Query, Session } from "./session.ts";

/**
 * Whether a session may serve a read. It throws at once where it knows that not, or sends a question of its own, to be
 * answered ahead of the read that follows on the same session, and rejects by its answer.
 */
export type Guard = (session: Session) => Promise<void> | undefined;

/** Sends a query that counts only if the guard does not object. */
export async function sendGuarded(session: Session, query: Query, guard: Guard | undefined): Promise<Answer> {
  const objection = guard?.(session);
  const answer = session.send(query);
  // Both are awaited whatever becomes of the other: a session with answers under way is not handed on.
  const [allowed] = await Promise.allSettled([objection, answer]);
  if (allowed.status === "rejected") throw allowed.reason;
  return answer;
}

/** Where a server was in the log when one of its sessions last said so. */
interface Standing {
  /** Bytes of the log that it had replayed; undefined when it is no standby. */
  readonly replayed: number | undefined;
  readonly at: number;
}

/** How long a session is believed to belong to a standby still: one that is promoted keeps its sessions. */
const trustedMilliseconds = 1000;
/** How long a standby that was too far behind is not asked again. */
const pauseMilliseconds = 50;

const standings = new WeakMap<Session, Standing>();

const standingQuery: Query = {
  name: "praetor.standing",
  text: `select case when pg_is_in_recovery() then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::int8 end as replayed`,
  values: [],
};

/** Lets a session serve only if its server is a standby that has replayed the log up to `position`, in bytes. */
export function replayedUpTo(position: number): Guard {
  return (session) => {
    const known = standings.get(session);
    const age = known === undefined ? Number.POSITIVE_INFINITY : performance.now() - known.at;
    if (known !== undefined && suffices(known, position) && age < trustedMilliseconds) return undefined;
    if (known !== undefined && !suffices(known, position) && age < pauseMilliseconds) throw behind();
    return ask(session, position);
  };
}

const suffices = ({ replayed }: Standing, position: number) => replayed !== undefined && replayed >= position;
const behind = () => new DatabaseUnavailable("replica_behind");

async function ask(session: Session, position: number): Promise<void> {
  const { rows } = await session.send(standingQuery);
  // The statement yields one row of this form.
  const [row] = rows as { readonly replayed: number | null }[];
  const standing = { replayed: row?.replayed ?? undefined, at: performance.now() };
  standings.set(session, standing);
  if (!suffices(standing, position)) throw behind();
}
