import type { ConcurrencyLeaseHolder } from "@praetor/wire";
import type { AskedLimit } from "./queries.ts";

/** What one caller wants of the limits with these names, of all or of none. Names without a limit are left out. */
export interface SlotAsk {
  readonly names: readonly string[];
  readonly slots: number;
  readonly rateLimit: boolean;
  /** The lease to write; null takes slots that only their decay or a decrement gives back. */
  readonly lease: string | null;
  readonly holder: ConcurrencyLeaseHolder | null;
  readonly leaseSeconds: number | null;
  /** Limits of which the holder has slots already count as taken. */
  readonly once?: boolean;
  /** It may have been asked before, and have its lease. */
  readonly mayRepeat?: boolean;
}

/** How a caller waits. */
export interface Patience {
  /** How long, in seconds, after these limits refused; 0 for not at all. */
  readonly holdFor: (limits: readonly AskedLimit[]) => number;
  /** Who comes again under the same name finds its place kept. */
  readonly key: string;
  /** Aborted when the caller has gone. */
  readonly gone?: AbortSignal | undefined;
}

/** The last answer, and how long the caller waited for it after the first. */
export interface SlotAnswer {
  readonly limits: readonly AskedLimit[];
  readonly heldSeconds: number;
}

/** A caller in the line. */
export interface Waiter {
  readonly ask: SlotAsk;
  readonly patience: Patience;
  readonly place: number;
  readonly arrived: number;
  /** What refused it; empty until it was asked for the first time. */
  limits: readonly AskedLimit[];
  asked: boolean;
  inFlight: boolean;
  /** Its wait ended while it was being asked for. */
  overdue: boolean;
  /** When time alone makes room for it, as far as its limits told. */
  roomAt: number;
  timer: NodeJS.Timeout | undefined;
  settle(answer: SlotAnswer): void;
  fail(error: unknown): void;
}

/** After so long a caller who needs several limits at once is kept the slots of each that comes free. */
const OVERTAKEN_SECONDS = 5;

export const isSingle = ({ names }: SlotAsk) => new Set(names).size === 1;

/**
 * Whether a waiter can only wait, since one before it waits for the same limit, which is kept for that one. A repeated request may have
 * its answer already, a holder its slots, and what no waiting mends is said at once, by what the limit is now.
 */
export function waitsWith({ ask, patience, overdue }: Waiter, ahead: Waiter): boolean {
  if (overdue || ask.mayRepeat || ask.once || !isSingle(ask)) return false;
  return patience.holdFor(ahead.limits) > 0;
}

/** How a request is asked: to be refused whatever there is, and whether its limits had room a moment ago. */
interface Round {
  readonly look: boolean;
  readonly likely: boolean;
}

/** What the database is asked for a caller. */
export function requestOf({ ask, arrived }: Waiter, turn: number, { look, likely }: Round, now: number) {
  return {
    turn,
    names: ask.names,
    slots: ask.slots,
    lease: ask.lease,
    holder_type: ask.holder?.type ?? null,
    holder_id: ask.holder?.id ?? null,
    seconds: ask.leaseSeconds,
    rate_limit: ask.rateLimit,
    once: ask.once ?? false,
    reserve: isSingle(ask) || now - arrived > OVERTAKEN_SECONDS * 1000,
    look,
    likely,
  };
}
