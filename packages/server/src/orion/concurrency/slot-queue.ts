import type { ConcurrencyLeaseHolder } from "@praetor/wire";
import type { WorkspaceDatabase } from "../../platform/database/index.ts";
import { Places } from "./places.ts";
import { type AskedLimit, acquireInTurn, type TurnRow } from "./queries.ts";

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

interface Waiter {
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

/** The most callers of one round trip. */
const ROUND = 64;
/** Of those who wait for one limit so many are asked for at a time; when all of them are served, the next are. */
const HEADS = 8;
/** Callers held at once; whoever comes beyond is sent away to come again. */
const MOST_WAITERS = 5000;
/** After so long a caller who needs several limits at once is kept the slots of each that comes free. */
const OVERTAKEN_SECONDS = 5;

/**
 * Callers for slots of one workspace, in the order in which they came. Whoever finds a limit full is held for a while: when
 * a slot comes free, the first of them has it after one round trip, and the others are not stirred. Callers that come
 * while a round trip is under way share the next one, so that a limit admits more of them than commits.
 *
 * Nothing here is a record: slots are rows, and a caller that is lost with this process comes again.
 */
export class SlotQueue {
  readonly #database: WorkspaceDatabase;
  readonly #places = new Places();
  /** In the order of their places. */
  #waiters: Waiter[] = [];
  #unasked = 0;
  /** Limits that may have room since the last round; `all` when nobody knows which. */
  readonly #freed = new Set<string>();
  #running = false;
  #scheduled = false;
  #alarm: NodeJS.Timeout | undefined;

  constructor(database: WorkspaceDatabase) {
    this.#database = database;
  }

  /** Resolves with slots, or with a refusal that no waiting would mend, or when the wait is over. */
  take(ask: SlotAsk, patience: Patience): Promise<SlotAnswer> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        ask,
        patience,
        place: this.#places.take(patience.key),
        arrived: performance.now(),
        limits: [],
        asked: false,
        inFlight: false,
        overdue: false,
        roomAt: Infinity,
        timer: undefined,
        settle: resolve,
        fail: reject,
      };
      patience.gone?.addEventListener("abort", () => this.#refuse(waiter), { once: true });
      this.#insert(waiter);
      this.#unasked += 1;
      this.#schedule();
    });
  }

  /** Tells that these limits may have room; undefined for any. */
  freed(limits?: readonly string[]): void {
    if (this.#waiters.length === 0) return;
    for (const limit of limits ?? [ANY]) this.#freed.add(limit);
    this.#schedule();
  }

  #insert(waiter: Waiter): void {
    const behind = this.#waiters.findLastIndex(({ place }) => place <= waiter.place);
    this.#waiters.splice(behind + 1, 0, waiter);
  }

  #schedule(): void {
    if (this.#running || this.#scheduled) return;
    this.#scheduled = true;
    // Not a microtask: the requests that one read of the sockets delivered are each a task of their own.
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#unasked > 0 || this.#freed.size > 0) await this.#round();
    this.#running = false;
    this.#setAlarm();
  }

  async #round(): Promise<void> {
    const round = this.#nextRound();
    this.#freed.clear();
    if (round.length === 0) return;
    const now = performance.now();
    const requests = round.map(({ waiter, look }, turn) => requestOf(waiter, turn, look, now));
    for (const { waiter } of round) this.#begin(waiter);
    try {
      const rows = await this.#database.all(acquireInTurn, JSON.stringify(requests));
      const answers = Map.groupBy(rows, ({ turn }) => turn);
      round.forEach(({ waiter, look }, turn) => this.#hear(waiter, answers.get(turn) ?? [], look));
      // Where nobody was refused there may be room for those who have not been asked for.
      const full = new Set(rows.filter(({ acquired }) => !acquired).map(({ id }) => id));
      for (const { id } of rows) if (!full.has(id)) this.#freed.add(id);
    } catch (error) {
      for (const { waiter } of round) if (this.#leave(waiter)) waiter.fail(error);
    }
  }

  #begin(waiter: Waiter): void {
    if (!waiter.asked) this.#unasked -= 1;
    waiter.asked = true;
    waiter.inFlight = true;
  }

  /** Those who have not been asked for yet, and before them the first who wait for a limit that they or a release touch. */
  #nextRound(): { waiter: Waiter; look: boolean }[] {
    const touched = new Set(this.#waiters.filter(({ asked }) => !asked).flatMap(({ ask }) => ask.names));
    const ahead = new Map<string, number>();
    const passedOver = new Set<string>();
    const round: { waiter: Waiter; look: boolean }[] = [];
    for (const waiter of this.#waiters) {
      const { names } = waiter.ask;
      if (round.length === ROUND) break;
      if (!waiter.asked) round.push({ waiter, look: names.some((name) => passedOver.has(name)) });
      else if (this.#mayHaveRoom(waiter, touched) && names.every((name) => (ahead.get(name) ?? 0) < HEADS))
        round.push({ waiter, look: false });
      else {
        for (const name of names) if (touched.has(name)) passedOver.add(name);
        continue;
      }
      for (const name of names) ahead.set(name, (ahead.get(name) ?? 0) + 1);
    }
    return round;
  }

  #mayHaveRoom({ ask, limits }: Waiter, touched: ReadonlySet<string>): boolean {
    if (this.#freed.has(ANY)) return true;
    return limits.some(({ id }) => this.#freed.has(id)) || ask.names.some((name) => touched.has(name));
  }

  #hear(waiter: Waiter, limits: readonly TurnRow[], looked: boolean): void {
    waiter.inFlight = false;
    if (limits.every(({ acquired }) => acquired)) {
      this.#leave(waiter);
      return waiter.settle({ limits, heldSeconds: secondsSince(waiter.arrived) });
    }
    const first = waiter.limits.length === 0;
    waiter.limits = limits;
    waiter.roomAt = performance.now() + 1000 * Math.min(...limits.map(({ room_in }) => room_in || Infinity));
    if (waiter.patience.gone?.aborted || waiter.overdue) return this.#refuse(waiter);
    if (first) this.#hold(waiter, looked);
  }

  #hold(waiter: Waiter, looked: boolean): void {
    const seconds = this.#waiters.length > MOST_WAITERS ? 0 : waiter.patience.holdFor(waiter.limits);
    if (seconds <= 0) return this.#refuse(waiter);
    // Whoever was only let look stands behind others, and is asked for when they have been.
    if (looked) for (const { id } of waiter.limits) this.#freed.add(id);
    waiter.timer = setTimeout(() => this.#refuse(waiter), seconds * 1000).unref();
  }

  #refuse(waiter: Waiter): void {
    waiter.overdue = true;
    // The answer that is under way may be slots; whoever serves a caller that has gone gives them back.
    if (waiter.inFlight || !this.#leave(waiter)) return;
    if (!waiter.asked) this.#unasked -= 1;
    this.#places.keep(waiter.patience.key, waiter.place);
    waiter.settle({ limits: waiter.limits, heldSeconds: secondsSince(waiter.arrived) });
  }

  #leave(waiter: Waiter): boolean {
    clearTimeout(waiter.timer);
    const at = this.#waiters.indexOf(waiter);
    if (at < 0) return false;
    this.#waiters.splice(at, 1);
    return true;
  }

  /** Time makes room too: a slot decays, or a lease ends that nobody renewed. */
  #setAlarm(): void {
    clearTimeout(this.#alarm);
    if (this.#waiters.length === 0) return;
    const now = performance.now();
    // Whose time has come already was asked for, or has others before it.
    const next = this.#waiters.reduce((soonest, { roomAt }) => (roomAt > now ? Math.min(soonest, roomAt) : soonest), Infinity);
    this.#alarm = setTimeout(() => this.freed(), Math.min(Math.ceil(next - now), LONGEST_ALARM_SECONDS * 1000)).unref();
  }
}

const ANY = "all";
/** However long the next lease has to live: a limit may change without our hearing of it. */
const LONGEST_ALARM_SECONDS = 5;

const secondsSince = (moment: number) => (performance.now() - moment) / 1000;

function requestOf({ ask, arrived }: Waiter, turn: number, look: boolean, now: number) {
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
    reserve: new Set(ask.names).size === 1 || now - arrived > OVERTAKEN_SECONDS * 1000,
    look,
  };
}
